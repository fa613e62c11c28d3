// Guarantees: the sweep deletes the rows whose longest life is over, and no other; a run that ends early, fails or is killed
// loses nothing, and the next one goes on from there. On rows in memory and on the local Tablestore.
import { afterAll, describe, expect, it } from 'vitest';
import { createDeleteExpired, type Swept } from '../../shared/adapters/tablestore/delete-expired.ts';
import { EXPIRING_ROWS } from '../../shared/adapters/tablestore/expired-rows.ts';
import { POINTER_TIME } from '../../shared/adapters/tablestore/people-rows.ts';
import { CATALOG, KEYS, ONCE, PEOPLE, SWEEP } from '../../shared/adapters/tablestore/tables.ts';
import { createActivityStore } from '../../shared/adapters/tablestore/tablestore-activity-store.ts';
import { createKeyHistory } from '../../shared/adapters/tablestore/tablestore-issuer-keys.ts';
import { createOnceStore } from '../../shared/adapters/tablestore/tablestore-once-store.ts';
import { createPasskeyStore } from '../../shared/adapters/tablestore/tablestore-passkey-store.ts';
import { createRecheckStore } from '../../shared/adapters/tablestore/tablestore-recheck-store.ts';
import type { Row, RowWrite, TablestoreRows } from '../../shared/adapters/tablestore/tablestore-rows.ts';
import { createSessionStore } from '../../shared/adapters/tablestore/tablestore-session-store.ts';
import { ConnectionId, ProviderId } from '../../shared/kernel/names.ts';
import { err } from '../../shared/kernel/result.ts';
import { personKey } from '../../shared/people/person.ts';
import { RecheckId, type Session, SessionId } from '../../shared/people/session.ts';
import { ABSOLUTE_SECONDS, SIGN_ON_AGE_SECONDS } from '../../shared/rules/sign-on/sign-on.ts';
import { NOW } from '../support/builders.ts';
import { FakeRows, type Operation } from '../support/fake-rows.ts';
import { openLocalRows, startInstance } from './local-tablestore-rows.ts';
import { must } from './must.ts';

const instance = await startInstance();
afterAll(() => instance.server.close());

const ROWS: readonly (readonly [string, () => Promise<TablestoreRows>])[] = [
  ['rows in memory', async () => new FakeRows()],
  ['the local Tablestore', openEmptyRows],
];

async function openEmptyRows(): Promise<TablestoreRows> {
  const rows = await openLocalRows(instance);
  for (const table of [ONCE, PEOPLE, KEYS, SWEEP])
    for (const { key } of must(await rows.getRange(table, '', '\u{10ffff}')))
      must(await rows.deleteRows(table, [key]));
  return rows;
}

const DAY_MS = 86_400_000;
const CORPORATE = ConnectionId.parse('corporate');
const ALICE = personKey(CORPORATE, 'alice');
const nowAnd = (ms: number): Date => new Date(NOW.getTime() + ms);
const [LONGEST_SESSION_MS, LONGEST_SIGN_ON_MS] = [
  ABSOLUTE_SECONDS.max * 1000,
  SIGN_ON_AGE_SECONDS.max * 1000,
];

/** Long enough for every page. */
const ENOUGH_MS = 1_000;

const runWithFaults = (rows: TablestoreRows, now: Date) =>
  createDeleteExpired(rows, { now: () => now })(new Date(now.getTime() + ENOUGH_MS));

async function run(rows: TablestoreRows, now: Date): Promise<Swept> {
  const swept = await runWithFaults(rows, now);
  expect(swept.failed).toEqual([]);
  return swept;
}

/** A clock by which every look takes longer than a run may. */
function runOnePage(rows: TablestoreRows, now: Date) {
  let looks = 0;
  const clock = { now: () => new Date(now.getTime() + ENOUGH_MS * looks++) };
  return createDeleteExpired(rows, clock)(now);
}

const everyRow = async (rows: TablestoreRows): Promise<readonly Row[]> => {
  const read = [ONCE, PEOPLE, KEYS].map((table) => rows.getRange(table, '', '\u{10ffff}'));
  return (await Promise.all(read)).flatMap((found) => must(found));
};
const keysOf = (rows: readonly Row[]): readonly string[] => rows.map(({ key }) => key.join(' '));

const session = (id: string): Session => ({
  id: SessionId.parse(id.padEnd(22, 'x')),
  connection: CORPORATE,
  subject: 'alice',
  groups: [],
  claims: {},
  methods: [],
  idpSession: 'idp-1',
  person: 'link-1',
  signedOnAt: NOW,
  lastSeenAt: NOW,
  rotatedAt: NOW,
  secretHash: 'hash',
  formToken: 'form',
  browser: 'Browser',
  version: 1,
});

/** One row of each kind, all of the moment NOW. */
async function fill(rows: TablestoreRows): Promise<void> {
  must(await createOnceStore(rows).consume('used-key', NOW));
  must(await createSessionStore(rows).create(session('one')));
  must(await createPasskeyStore(rows).noteSignOn({ signedOn: session('one'), at: NOW }));
  must(
    await createRecheckStore(rows).create({
      id: RecheckId.parse('r'.repeat(22)),
      signedOn: session('one'),
      confirmedAt: NOW,
      first: { iss: 'https://idp.example', sub: 'alice' },
      startedAt: NOW,
      version: 1,
    }),
  );
  must(
    await createActivityStore(rows).note(ALICE, { kind: 'console', subject: 'media', at: NOW.toISOString() }),
  );
  const provider = ProviderId.parse('app-users');
  await createKeyHistory(rows).see(provider, [{ thumbprint: 'print', kid: 'k', alg: 'RS256' }], NOW);
}

const sum = ({ rows }: Swept, what: 'read' | 'deleted' | 'unreadable'): number =>
  rows.reduce((total, swept) => total + swept[what], 0);

describe.each(ROWS)('the sweep on %s', (_, open) => {
  it.each([
    ['once', ONCE.name, 0],
    ['sessions', ' session/', LONGEST_SESSION_MS],
    ['sessions', ' last-sign-on', LONGEST_SIGN_ON_MS],
    ['sessions', ' recheck/', LONGEST_SIGN_ON_MS],
    ['idp-sessions', 'idp-session/', LONGEST_SIGN_ON_MS],
    ['person-links', 'person-link/', LONGEST_SIGN_ON_MS],
    ['activity', 'activity/', 180 * DAY_MS],
    ['keys', 'print', 400 * DAY_MS],
  ])(
    'keeps rows of %s (%s) for their longest life and a day, and then deletes them',
    async (name, part, life) => {
      const rows = await open();
      await fill(rows);
      const has = async () => {
        const all = await everyRow(rows);
        return name === 'once'
          ? keysOf(all).includes('used-key')
          : keysOf(all).some((key) => key.includes(part));
      };
      // Keys are noted by the day.
      const exact = name === 'keys' ? new Date(`${NOW.toISOString().slice(0, 10)}T00:00:00Z`) : NOW;
      const end = new Date(exact.getTime() + life + DAY_MS);
      await run(rows, new Date(end.getTime() - 1));
      expect(await has()).toBe(true);
      await run(rows, end);
      expect(await has()).toBe(false);
    },
  );

  it('deletes everything that has expired, and says how much, and then has nothing to do', async () => {
    const rows = await open();
    await fill(rows);
    const before = (await everyRow(rows)).length;
    const later = nowAnd(401 * DAY_MS);
    const first = await run(rows, later);
    expect(first.isFinished).toBe(true);
    expect(first.rows.map(({ name }) => name)).toEqual(EXPIRING_ROWS.map(({ name }) => name));
    expect(sum(first, 'deleted')).toBe(before);
    expect(await everyRow(rows)).toEqual([]);
    expect(sum(await run(rows, later), 'read')).toBe(0);
  });

  it('leaves passkeys, rows that it cannot read, and kinds that it does not know', async () => {
    const rows = await open();
    const row = (key: readonly string[], columns: Row['columns']): RowWrite => ({
      table: PEOPLE,
      key,
      columns,
    });
    const puts = [
      row(['passkeys/alice', 'a'], { json: '{"at":"2001-01-01T00:00:00Z"}' }),
      row([`person/${ALICE}`, 'session/damaged'], { json: '{' }),
      row([`person/${ALICE}`, 'last-sign-on'], { json: '{"at":"yesterday"}' }),
      row([`person/${ALICE}`, 'of-a-later-version'], { json: '{"at":"2001-01-01T00:00:00Z"}' }),
      row(['activity/alice', 'no-time'], { json: '{}' }),
      { table: ONCE, key: ['no-expiry'], columns: { value: 'x' } },
    ];
    must(await rows.putRows(puts));
    const swept = await run(rows, nowAnd(10_000 * DAY_MS));
    expect(sum(swept, 'deleted')).toBe(0);
    expect(sum(swept, 'unreadable')).toBe(4);
    expect(await everyRow(rows)).toHaveLength(puts.length);
  });

  /**
   * @attack A session that outlives its logout, since the sweep removed the pointer by which the logout finds it
   * @removed the time of a pointer that has none: taken for expired
   * @failed 2 of 27: dates a pointer of version 0.1.0, and deletes it when its longest life from then on is over: `expected
   *   [] to deeply equal [ { version: '0', …(1) } ]`
   */
  it('dates a pointer of version 0.1.0, and deletes it when its longest life from then on is over', async () => {
    const rows = await open();
    const pointer = { table: PEOPLE, key: ['idp-session/hash', 'person/session'], columns: { version: '0' } };
    must(await rows.putRows([pointer]));
    const seen = nowAnd(1_000 * DAY_MS);
    await run(rows, seen);
    expect((await everyRow(rows)).map(({ columns }) => columns)).toEqual([
      { version: '0', at: seen.toISOString() },
    ]);
    await run(rows, new Date(seen.getTime() + LONGEST_SIGN_ON_MS));
    expect(await everyRow(rows)).toHaveLength(1);
    await run(rows, new Date(seen.getTime() + LONGEST_SIGN_ON_MS + DAY_MS));
    expect(await everyRow(rows)).toEqual([]);
  });

  it('goes on where the last run ended', async () => {
    const rows = await open();
    const many = Array.from({ length: 2_500 }, (_, i) => `key-${String(i).padStart(4, '0')}`);
    for (let i = 0; i < many.length; i += 200)
      must(
        await rows.putRows(
          many
            .slice(i, i + 200)
            .map((key) => ({ table: ONCE, key: [key], columns: { expires_at: NOW.toISOString() } })),
        ),
      );
    const later = nowAnd(2 * DAY_MS);
    const left = async () => (await everyRow(rows)).length;
    for (const remaining of [1_500, 500]) {
      expect((await runOnePage(rows, later)).isFinished).toBe(false);
      expect(await left()).toBe(remaining);
    }
    // Rows before the place where the run ended are the next round's.
    must(await rows.putRows([{ table: ONCE, key: ['early'], columns: { expires_at: NOW.toISOString() } }]));
    expect(await run(rows, later)).toMatchObject({ isFinished: true });
    expect(keysOf(await everyRow(rows))).toEqual(['early']);
    await run(rows, later);
    expect(await left()).toBe(0);
  });

  it('handles a page of each table at least, and none before its place', async () => {
    const rows = await open();
    await fill(rows);
    const later = nowAnd(401 * DAY_MS);
    const json = JSON.stringify({ name: 'sessions', next: ['person/'] });
    must(await rows.putRows([{ table: SWEEP, key: ['expired'], columns: { json } }]));
    const swept = await runOnePage(rows, later);
    expect(swept.rows.map(({ name }) => name)).toEqual(['sessions', 'keys', 'blocks']);
    expect(swept.isFinished).toBe(true);
    expect(keysOf(await everyRow(rows))).toContain('used-key');
  });

  it('begins again where it cannot read how far it came', async () => {
    const rows = await open();
    await fill(rows);
    for (const json of ['{', '{"name":"gone","next":["x"]}']) {
      must(await rows.putRows([{ table: SWEEP, key: ['expired'], columns: { json } }]));
      expect((await run(rows, NOW)).rows).toHaveLength(EXPIRING_ROWS.length);
    }
  });
});

it('brings no pointer back that a sign-out removed meanwhile', async () => {
  const rows = new FakeRows();
  const key = ['idp-session/hash', 'person/session'];
  must(await rows.putRows([{ table: PEOPLE, key, columns: { version: '0' } }]));
  rows.intercept = (asked) => {
    if (asked === 'putRowIf') void rows.deleteRows(PEOPLE, [key]);
    return undefined;
  };
  await run(rows, NOW);
  expect(rows.rows(PEOPLE)).toEqual([]);
});

/**
 * @attack A passkey that outlives the logout of its person, since the sweep deleted the sign-on that was renewed at that moment
 * @removed the condition of a delete: that the row is as it was judged
 * @failed 2 of 31: keeps the row of person/ that is renewed once it is judged: `expected [] to have a length of 1 but got +0`
 */
it.each(['person/', 'idp-session/'])(
  'keeps the row of %s that is renewed once it is judged',
  async (owner) => {
    const rows = new FakeRows();
    const { noteSignOn } = createPasskeyStore(rows);
    must(await noteSignOn({ signedOn: session('one'), at: NOW }));
    const later = nowAnd(LONGEST_SIGN_ON_MS + DAY_MS);
    const isOwn = ({ key: [first = ''] }: Pick<Row, 'key'>) => first.startsWith(owner);
    const racing: TablestoreRows = {
      ...rows,
      async deleteRowsIf(table, deletions) {
        if (deletions.some(isOwn)) must(await noteSignOn({ signedOn: session('one'), at: later }));
        return rows.deleteRowsIf(table, deletions);
      },
    };
    await run(racing, later);
    expect(rows.rows(PEOPLE).filter(isOwn)).toHaveLength(1);
  },
);

it.each([
  ['once', ONCE, ['used'], 'expires_at'],
  ['keys', KEYS, ['app-users', 'thumbprint'], 'last_seen'],
  ['person-link/', PEOPLE, ['person-link/hash', 'person'], POINTER_TIME],
] as const)('keeps the row of %s that is renewed once it is judged, too', async (_, table, key, column) => {
  const rows = new FakeRows();
  const renew = async (at: Date) =>
    must(await rows.putRows([{ table, key, columns: { [column]: at.toISOString() } }]));
  await renew(NOW);
  const later = nowAnd(500 * DAY_MS);
  const racing: TablestoreRows = {
    ...rows,
    async deleteRowsIf(where, deletions) {
      await renew(later);
      return rows.deleteRowsIf(where, deletions);
    },
  };
  await run(racing, later);
  expect(rows.rows(table)).toHaveLength(1);
});

it('deletes the records of blocks one by one, which takes no right to write rules', async () => {
  const rows = new FakeRows();
  const json = JSON.stringify({ until: NOW.toISOString() });
  must(await rows.putRows([{ table: CATALOG, key: ['block', 'b-00000000'], columns: { json } }]));
  const asked: Operation[] = [];
  rows.intercept = (operation) => void asked.push(operation);
  await run(rows, nowAnd(401 * DAY_MS));
  expect(rows.rows(CATALOG)).toEqual([]);
  // The row that says where the run ended is in a table that the sweep may write.
  expect(asked.filter((one) => one === 'deleteRow')).toHaveLength(1);
});

describe('a sweep that fails', () => {
  it.each(['getRows', 'getPage', 'deleteRows', 'deleteRowsIf'] as const)(
    'at %s says so, loses nothing, and the next one ends the work',
    async (operation) => {
      const rows = new FakeRows();
      await fill(rows);
      const later = nowAnd(401 * DAY_MS);
      rows.intercept = (asked) =>
        asked === operation ? { code: 'OTSServerBusy', requestId: undefined } : undefined;
      const { failed } = await runWithFaults(rows, later);
      expect(new Set(failed.map(({ cause }) => cause))).toEqual(new Set(['OTSServerBusy']));
      rows.intercept = () => undefined;
      await run(rows, later);
      expect(await everyRow(rows)).toEqual([]);
    },
  );

  it('at one kind of rows, in every run, still does the work on the others', async () => {
    const rows = new FakeRows();
    await fill(rows);
    const fault = { code: 'OTSNoPermissionAccess', requestId: undefined };
    const withoutOnce: TablestoreRows = {
      ...rows,
      getPage: async (table, range) => (table === ONCE ? err(fault) : rows.getPage(table, range)),
    };
    const { failed, rows: swept } = await runWithFaults(withoutOnce, nowAnd(401 * DAY_MS));
    expect(failed).toEqual([{ name: 'once', cause: fault.code }]);
    expect(swept.map(({ name }) => name)).toEqual(EXPIRING_ROWS.map(({ name }) => name).slice(1));
    expect(keysOf(await everyRow(rows))).toEqual(['used-key']);
  });
});
