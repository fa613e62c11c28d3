// Passkeys on rows in memory, as the tests of the login app have them, and on the local Tablestore: one suite for both.
import { afterAll, describe, expect, it } from 'vitest';
import { PEOPLE } from '../../shared/adapters/tablestore/tables.ts';
import { createPasskeyStore } from '../../shared/adapters/tablestore/tablestore-passkey-store.ts';
import type { TablestoreRows } from '../../shared/adapters/tablestore/tablestore-rows.ts';
import { ConnectionId } from '../../shared/kernel/names.ts';
import { ok } from '../../shared/kernel/result.ts';
import { CredentialId, type LastSignOn, type Passkey, passkeyId } from '../../shared/people/passkey.ts';
import { personKey } from '../../shared/people/person.ts';
import { NOW } from '../support/builders.ts';
import { FakeRows } from '../support/fake-rows.ts';
import { openLocalRows, startInstance } from './local-tablestore-rows.ts';
import { must } from './must.ts';

const instance = await startInstance();
afterAll(() => instance.server.close());

const CORPORATE = ConnectionId.parse('corporate');
const ALICE = personKey(CORPORATE, 'alice');
const BOB = personKey(CORPORATE, 'bob');
const LATER = new Date(NOW.getTime() + 1);

const passkey = (credential: string, parts: Partial<Passkey> = {}): Passkey => ({
  connection: CORPORATE,
  subject: 'alice',
  credential: CredentialId.parse(credential),
  publicKey: 'key',
  counter: 1,
  transports: ['internal'],
  name: 'Ünïcode 1',
  addedAt: NOW,
  version: 1,
  ...parts,
});
const idOf = ({ credential }: Passkey) => passkeyId(credential);
const signOn = (subject: string, idpSession = 's1', at = NOW): LastSignOn => ({
  signedOn: {
    connection: CORPORATE,
    subject,
    groups: ['media'],
    claims: { n: 1 },
    authenticatedAt: NOW,
    methods: ['pwd'],
    idpSession,
  },
  at,
});

const ROWS: readonly (readonly [string, () => Promise<TablestoreRows>])[] = [
  ['rows in memory', async () => new FakeRows()],
  ['the local Tablestore', () => openLocalRows(instance)],
];

describe.each(ROWS)('PasskeyStore on %s', (_, open) => {
  const start = async () => createPasskeyStore(await open());

  it('finds and lists passkeys as they were added, for their owner alone', async () => {
    const store = await start();
    const [one, two] = [passkey('one', { usedAt: NOW }), passkey('two')];
    const bobs = passkey('bobs', { subject: 'bob' });
    for (const added of [one, two, bobs]) expect(await store.add(added)).toEqual(ok('added'));
    expect(await store.find(ALICE, idOf(one))).toEqual(ok(one));
    expect(await store.find(BOB, idOf(one))).toEqual(ok(undefined));
    const listed = must(await store.list(ALICE)).toSorted((a, b) => (a.credential < b.credential ? -1 : 1));
    expect(listed).toEqual([one, two]);
    for (const added of [one, two]) must(await store.remove(ALICE, idOf(added)));
    expect(await store.list(ALICE)).toEqual(ok([]));
    expect(await store.list(BOB)).toEqual(ok([bobs]));
    must(await store.remove(BOB, idOf(bobs)));
  });

  it('adds none over another', async () => {
    const store = await start();
    must(await store.add(passkey('same')));
    expect(await store.add(passkey('same', { publicKey: 'another' }))).toEqual(ok('known'));
    expect(must(await store.find(ALICE, idOf(passkey('same'))))?.publicKey).toBe('key');
    must(await store.remove(ALICE, idOf(passkey('same'))));
  });

  it('replaces what nobody wrote meanwhile, and brings no removed one back', async () => {
    const store = await start();
    const before = passkey('counted');
    must(await store.add(before));
    const after = passkey('counted', { counter: 2, version: 2 });
    expect(await store.replace(before, after)).toEqual(ok('replaced'));
    expect(await store.replace(before, passkey('counted', { counter: 9, version: 2 }))).toEqual(
      ok('changed'),
    );
    expect(await store.find(ALICE, idOf(after))).toEqual(ok(after));
    must(await store.remove(ALICE, idOf(after)));
    expect(await store.replace(after, passkey('counted', { version: 3 }))).toEqual(ok('changed'));
    expect(await store.find(ALICE, idOf(after))).toEqual(ok(undefined));
  });

  it('knows a person’s last sign-on, and forgets none that came after the order', async () => {
    const store = await start();
    expect(await store.lastSignOn(ALICE)).toEqual(ok(undefined));
    must(await store.noteSignOn({ ...signOn('alice'), at: new Date(0) }));
    must(await store.noteSignOn(signOn('alice')));
    must(await store.noteSignOn(signOn('bob')));
    must(await store.forgetSignOn(ALICE, new Date(NOW.getTime() - 1)));
    expect(await store.lastSignOn(ALICE)).toEqual(ok(signOn('alice')));
    must(await store.forgetSignOn(ALICE, LATER));
    must(await store.forgetSignOn(ALICE, LATER));
    expect(await store.lastSignOn(ALICE)).toEqual(ok(undefined));
    expect(await store.lastSignOn(BOB)).toEqual(ok(signOn('bob')));
    must(await store.forgetSignOn(BOB, NOW));
  });

  it('knows whom the provider vouched for in a session of its, until that is forgotten, and leaves no row', async () => {
    const rows = await open();
    const store = createPasskeyStore(rows);
    for (const one of [signOn('alice'), signOn('alice', 's2', LATER), signOn('bob')])
      must(await store.noteSignOn(one));
    expect(must(await store.vouchedFor(CORPORATE, 's1')).toSorted()).toEqual([ALICE, BOB].toSorted());
    expect(await store.vouchedFor(CORPORATE, 's2')).toEqual(ok([ALICE]));
    expect(await store.vouchedFor(CORPORATE, 's')).toEqual(ok([]));
    expect(await store.vouchedFor(ConnectionId.parse('other'), 's1')).toEqual(ok([]));
    must(await store.forgetSignOn(ALICE, LATER));
    expect(await store.vouchedFor(CORPORATE, 's1')).toEqual(ok([BOB]));
    expect(await store.vouchedFor(CORPORATE, 's2')).toEqual(ok([]));
    must(await store.forgetSignOn(BOB, LATER));
    expect(must(await rows.getRange(PEOPLE, '0', '~'))).toEqual([]);
  });

  it('keeps the names of sessions for 30 days, and those of the last hundred', async () => {
    const rows = await open();
    const store = createPasskeyStore(rows);
    const day = 86_400_000;
    must(await store.noteSignOn(signOn('alice', 'old')));
    must(await store.noteSignOn(signOn('alice', 'new', new Date(NOW.getTime() + 30 * day - 1))));
    expect(await store.vouchedFor(CORPORATE, 'old')).toEqual(ok([ALICE]));
    must(await store.noteSignOn(signOn('alice', 'new', new Date(NOW.getTime() + 30 * day))));
    expect(await store.vouchedFor(CORPORATE, 'old')).toEqual(ok([]));
    for (let i = 0; i < 100; i++)
      must(await store.noteSignOn(signOn('alice', `s${i}`, new Date(NOW.getTime() + 31 * day))));
    expect(await store.vouchedFor(CORPORATE, 'new')).toEqual(ok([]));
    expect(await store.vouchedFor(CORPORATE, 's0')).toEqual(ok([ALICE]));
    must(await store.forgetSignOn(ALICE, new Date(NOW.getTime() + 31 * day)));
    expect(must(await rows.getRange(PEOPLE, '0', '~'))).toEqual([]);
  });

  it('takes a row that it cannot read for nobody’s', async () => {
    const rows = await open();
    const store = createPasskeyStore(rows);
    must(await store.add(passkey('broken')));
    must(await store.noteSignOn(signOn('alice')));
    for (const { key } of must(await rows.getRange(PEOPLE, '0', '~')))
      must(await rows.putRows([{ table: PEOPLE, key, columns: { version: '1', json: '{"at":1}' } }]));
    expect(await store.find(ALICE, idOf(passkey('broken')))).toEqual(ok(undefined));
    expect(await store.list(ALICE)).toEqual(ok([]));
    expect(await store.lastSignOn(ALICE)).toEqual(ok(undefined));
  });
});

it.each(['getRows', 'getRange', 'putRows', 'putRowIf', 'deleteRows'] as const)(
  'a fault of %s is a fault of the store',
  async (operation) => {
    const rows = new FakeRows();
    rows.intercept = (asked) =>
      asked === operation ? { code: 'OTSServerBusy', requestId: undefined } : undefined;
    const store = createPasskeyStore(rows);
    const one = passkey('one');
    const answers = {
      getRows: [
        () => store.find(ALICE, idOf(one)),
        () => store.lastSignOn(ALICE),
        () => store.noteSignOn(signOn('alice')),
        () => store.forgetSignOn(ALICE, LATER),
      ],
      getRange: [() => store.list(ALICE), () => store.vouchedFor(CORPORATE, 's1')],
      putRows: [() => store.noteSignOn(signOn('alice'))],
      putRowIf: [() => store.add(one), () => store.replace(one, one)],
      deleteRows: [() => store.remove(ALICE, idOf(one))],
    };
    for (const ask of answers[operation])
      expect(await ask()).toEqual({ ok: false, error: { reason: 'store-failed', cause: 'OTSServerBusy' } });
  },
);
