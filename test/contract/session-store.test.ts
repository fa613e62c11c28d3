// Sessions on rows in memory, as the tests of the login app have them, and on the local Tablestore: one suite for both.
import { afterAll, describe, expect, it } from 'vitest';
import { PEOPLE } from '../../shared/adapters/tablestore/tables.ts';
import type { TablestoreRows } from '../../shared/adapters/tablestore/tablestore-rows.ts';
import { createSessionStore } from '../../shared/adapters/tablestore/tablestore-session-store.ts';
import { ConnectionId } from '../../shared/kernel/names.ts';
import { ok } from '../../shared/kernel/result.ts';
import { personKey } from '../../shared/people/person.ts';
import { type Session, SessionId } from '../../shared/people/session.ts';
import { NOW } from '../support/builders.ts';
import { FakeRows } from '../support/fake-rows.ts';
import { openLocalRows, startInstance } from './local-tablestore-rows.ts';
import { must } from './must.ts';

const instance = await startInstance();
afterAll(() => instance.server.close());

const CORPORATE = ConnectionId.parse('corporate');
const ALICE = personKey(CORPORATE, 'alice');

const session = (id: string, parts: Partial<Session> = {}): Session => ({
  id: SessionId.parse(id.padEnd(22, 'x')),
  connection: CORPORATE,
  subject: 'alice',
  groups: ['media', 'Ünïcode'],
  claims: { n: 1, list: ['a'], t: true },
  methods: ['pwd'],
  authenticatedAt: NOW,
  signedOnAt: NOW,
  lastSeenAt: NOW,
  rotatedAt: NOW,
  secretHash: 'hash',
  formToken: 'form',
  browser: 'Browser "1"',
  version: 1,
  ...parts,
});

const ROWS: readonly (readonly [string, () => Promise<TablestoreRows>])[] = [
  ['rows in memory', async () => new FakeRows()],
  ['the local Tablestore', () => openLocalRows(instance)],
];

describe.each(ROWS)('SessionStore on %s', (_, open) => {
  const start = async () => createSessionStore(await open());
  const idsOf = (sessions: readonly Session[]) => sessions.map(({ id }) => id.replace(/x+$/, '')).sort();

  it('finds a session as it was created, and no other', async () => {
    const store = await start();
    const created = session('found', {
      idpSession: 's1',
      cookie: { familyHash: 'family', previous: { hash: 'earlier', until: NOW, opensNothing: false } },
    });
    must(await store.create(created));
    expect(await store.find(ALICE, created.id)).toEqual(ok(created));
    expect(await store.find(ALICE, session('other').id)).toEqual(ok(undefined));
    expect(await store.find(personKey(CORPORATE, 'bob'), created.id)).toEqual(ok(undefined));
    must(await store.end([created]));
  });

  it('replaces what nobody wrote meanwhile, and nothing else', async () => {
    const store = await start();
    const before = session('replaced');
    must(await store.create(before));
    const after = { ...before, version: 2, secretHash: 'new' };
    expect(await store.replace(before, after)).toEqual(ok('replaced'));
    expect(await store.replace(before, { ...after, secretHash: 'late' })).toEqual(ok('changed'));
    expect(await store.find(ALICE, before.id)).toEqual(ok(after));
    must(await store.end([after]));
  });

  it('does not bring an ended session back', async () => {
    const store = await start();
    const ended = session('ended');
    must(await store.create(ended));
    must(await store.end([ended]));
    expect(await store.replace(ended, { ...ended, version: 2 })).toEqual(ok('changed'));
    expect(await store.find(ALICE, ended.id)).toEqual(ok(undefined));
  });

  it('lists the sessions of a person, and of a session at the provider', async () => {
    const store = await start();
    const mine = [
      session('one', { idpSession: 's7' }),
      session('two', { idpSession: 's7' }),
      session('three'),
    ];
    const others = [
      session('bobs', { subject: 'bob', idpSession: 's7' }),
      session('elsewhere', { connection: ConnectionId.parse('other'), idpSession: 's7' }),
    ];
    for (const one of [...mine, ...others]) must(await store.create(one));
    expect(idsOf(must(await store.list(ALICE)))).toEqual(['one', 'three', 'two']);
    expect(idsOf(must(await store.listByIdpSession(CORPORATE, 's7')))).toEqual(['bobs', 'one', 'two']);
    expect(must(await store.listByIdpSession(CORPORATE, 's'))).toEqual([]);

    must(await store.end([...mine, ...others]));
    expect(must(await store.list(ALICE))).toEqual([]);
    expect(must(await store.listByIdpSession(CORPORATE, 's7'))).toEqual([]);
    must(await store.end([]));
  });

  it('leaves no row of an ended session behind', async () => {
    const rows = await open();
    const store = createSessionStore(rows);
    const gone = session('gone', { idpSession: 's8' });
    must(await store.create(gone));
    must(await store.end([gone]));
    expect(must(await rows.getRange(PEOPLE, '0', '~'))).toEqual([]);
  });

  it('takes a row that it cannot read for nobody’s', async () => {
    const rows = await open();
    const store = createSessionStore(rows);
    const broken = session('broken');
    must(await store.create(broken));
    const key = must(await rows.getRange(PEOPLE, '0', '~'))[0]?.key ?? [];
    must(await rows.putRows([{ table: PEOPLE, key, columns: { version: '1', json: '{"id":1}' } }]));
    expect(await store.find(ALICE, broken.id)).toEqual(ok(undefined));
    expect(await store.list(ALICE)).toEqual(ok([]));
    must(await store.end([broken]));
  });

  it('finds the people of a person link at every connection, also when their sessions have ended', async () => {
    const store = await start();
    const linked = [
      session('l1', { person: 'p-1' }),
      session('l2', { person: 'p-1' }),
      session('l3', { person: 'p-1', connection: ConnectionId.parse('other'), subject: 'alice.b' }),
      session('l4', { person: 'p-10', subject: 'bob' }),
      session('l5', { subject: 'carol' }),
    ];
    for (const one of linked) must(await store.create(one));
    must(await store.end(linked));
    const found = must(await store.peopleOfLink('p-1'));
    expect(found.toSorted((a, b) => (a.subject < b.subject ? -1 : 1))).toEqual([
      { connection: 'corporate', subject: 'alice' },
      { connection: 'other', subject: 'alice.b' },
    ]);
    expect(must(await store.peopleOfLink('p-2'))).toEqual([]);
  });
});

it.each(['getRows', 'getRange', 'putRows', 'putRowIf', 'deleteRows'] as const)(
  'a fault of %s is a fault of the store',
  async (operation) => {
    const rows = new FakeRows();
    rows.intercept = (asked) =>
      asked === operation ? { code: 'OTSServerBusy', requestId: undefined } : undefined;
    const store = createSessionStore(rows);
    const one = session('one');
    const answers = {
      getRows: () => store.find(ALICE, one.id),
      getRange: () => store.list(ALICE),
      putRows: () => store.create(one),
      putRowIf: () => store.replace(one, one),
      deleteRows: () => store.end([one]),
    };
    expect(await answers[operation]()).toEqual({
      ok: false,
      error: { reason: 'store-failed', cause: 'OTSServerBusy' },
    });
  },
);
