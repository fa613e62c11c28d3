// Guarantees: the sweep deletes the rows of an apply that came to nothing a week ago, and of no other revision; killed anywhere, it
// goes on. On rows in memory and on the local Tablestore.
import { afterAll, describe, expect, it } from 'vitest';
import { readCurrentAccess, writeAccess } from '../../shared/adapters/tablestore/applied-access.ts';
import { createDeleteOldRevisions } from '../../shared/adapters/tablestore/delete-old-revisions.ts';
import { ACCESS, CATALOG } from '../../shared/adapters/tablestore/tables.ts';
import type { TablestoreRows } from '../../shared/adapters/tablestore/tablestore-rows.ts';
import { err } from '../../shared/kernel/result.ts';
import { NOW } from '../support/builders.ts';
import { FakeRows } from '../support/fake-rows.ts';
import { accepted, VALID } from '../unit/rules/documents.ts';
import { openLocalRows, startInstance } from './local-tablestore-rows.ts';
import { must } from './must.ts';

const instance = await startInstance();
afterAll(() => instance.server.close());

const DAY_MS = 86_400_000;
const FAULT = { code: 'OTSServerBusy', requestId: undefined };
const inDays = (days: number): Date => new Date(NOW.getTime() + days * DAY_MS);

const everyKey = async (rows: TablestoreRows): Promise<readonly string[]> => {
  const read = [ACCESS, CATALOG].map((table) => rows.getRange(table, '0', '{'));
  return (await Promise.all(read)).flatMap((found) => must(found)).map(({ key }) => key.join(' '));
};

async function apply(rows: TablestoreRows): Promise<void> {
  await writeAccess(rows, {
    base: must(await readCurrentAccess(rows)),
    access: accepted(VALID),
    appliedBy: 'test',
    documentSha256: '',
    now: NOW,
    onProgress: () => undefined,
  });
}

/** One revision in force, and the rows of one that never was. */
async function abandon(rows: TablestoreRows): Promise<readonly string[]> {
  await apply(rows);
  const before = await everyKey(rows);
  await apply({ ...rows, putRowIf: async () => err(FAULT), deleteRows: async () => err(FAULT) });
  expect((await everyKey(rows)).length).toBeGreaterThan(before.length);
  return before;
}

/** A class's methods are not its own members. */
const plain = (rows: FakeRows): TablestoreRows => ({ ...rows });

const run = async (rows: TablestoreRows, now: Date) =>
  must(await createDeleteOldRevisions(rows, { now: () => now })(new Date(now.getTime() + 1)));

describe.each<[string, () => Promise<TablestoreRows>]>([
  ['rows in memory', async () => plain(new FakeRows())],
  ['the local Tablestore', () => openLocalRows(instance)],
])('on %s', (_, open) => {
  it('leaves a new one alone, since its apply may still run, and deletes every row of it after a week', async () => {
    const rows = await open();
    const before = await abandon(rows);
    expect(await run(rows, inDays(6))).toEqual({ revisions: 0, deleted: 0, isFinished: true });
    const { revisions, deleted } = await run(rows, inDays(8));
    expect(revisions).toBe(1);
    expect(deleted).toBeGreaterThan(2);
    expect(await everyKey(rows)).toEqual(before);
  });
});

it('goes on where it was killed', async () => {
  const rows = plain(new FakeRows());
  const before = await abandon(rows);
  const left = (await everyKey(rows)).length - before.length;
  for (let killed = left; killed > 0; killed -= 1) {
    let calls = 0;
    const once: TablestoreRows = {
      ...rows,
      deleteRow: async (...key) => (calls++ === 0 ? rows.deleteRow(...key) : err(FAULT)),
    };
    await createDeleteOldRevisions(once, { now: () => inDays(8) })(inDays(9));
    expect((await everyKey(rows)).length).toBe(before.length + killed - 1);
  }
  expect(await everyKey(rows)).toEqual(before);
});

it('deletes nothing when its time is over', async () => {
  const rows = plain(new FakeRows());
  await abandon(rows);
  const all = await everyKey(rows);
  const swept = await createDeleteOldRevisions(rows, { now: () => inDays(8) })(inDays(8));
  expect(swept).toMatchObject({ value: { deleted: 0, isFinished: false } });
  expect(await everyKey(rows)).toEqual(all);
});

it('deletes nothing where no rules are in force', async () => {
  expect((await run(plain(new FakeRows()), NOW)).deleted).toBe(0);
});
