// Guarantees: a write that was answered is on disk, and a transaction that failed has written nothing.
import { fork } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { GroupCommit, Store } from '../../../local/tablestore/store/store.ts';
import { createTable, startHarness } from './harness.ts';
import { columnsOf, ignore, int } from './sdk.ts';
import { TABLE } from './stored-table.ts';

test('tables, options, rows and versions survive a restart', async () => {
  const harness = await startHarness();
  await createTable(harness.client, 'people', { maxVersions: 3 });
  const primaryKey = [{ id: 'alice' }];
  await harness.client.putRow({
    tableName: 'people',
    primaryKey,
    attributeColumns: [{ n: int('9223372036854775807') }],
    condition: ignore(),
  });
  const client = await harness.restart();
  const { tableOptions } = await client.describeTable({ tableName: 'people' });
  expect(tableOptions.maxVersions).toBe(3);
  const { row } = await client.getRow({ tableName: 'people', primaryKey });
  expect(columnsOf(row)).toEqual({ n: '9223372036854775807' });
  await harness.stop();
});

test('a table created after a restart does not share rows with one created before', async () => {
  const harness = await startHarness();
  await createTable(harness.client, 'first');
  const primaryKey = [{ id: 'a' }];
  await harness.client.putRow({
    tableName: 'first',
    primaryKey,
    attributeColumns: [{ a: 'b' }],
    condition: ignore(),
  });
  const client = await harness.restart();
  await createTable(client, 'second');
  expect((await client.getRow({ tableName: 'second', primaryKey })).row).toEqual({});
  await harness.stop();
});

test('every write that was answered is there after the process was killed', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'tablestore-'));
  const writer = fork(join(import.meta.dirname, 'write-until-killed.ts'), [dataDir], {
    execArgv: ['--import', 'tsx'],
  });
  let answered = 0;
  await new Promise<void>((resolve) => {
    writer.on('message', (count) => {
      answered = Number(count);
      if (answered >= 200) writer.kill('SIGKILL');
    });
    writer.on('exit', () => resolve());
  });
  const store = new Store(dataDir);
  const table = store.findTable('t');
  if (table === undefined) throw new Error('the table is lost');
  const found = Array.from({ length: answered }, (_, n) => [
    { name: 'id', value: { type: 'integer' as const, value: BigInt(n) } },
  ]).filter((key) => store.findRow(table, key) !== undefined);
  expect(answered).toBeGreaterThanOrEqual(200);
  expect(found).toHaveLength(answered);
  await store.close();
  await rm(dataDir, { recursive: true });
});

test('writes of one turn share one transaction, and none is answered before it is done', async () => {
  const events: string[] = [];
  const group = new GroupCommit((run) => {
    events.push('begin');
    run();
    events.push('flushed');
  });
  const writes = ['a', 'b', 'c'].map((name) =>
    group.write(() => events.push(name)).then(() => events.push(`${name} answered`)),
  );
  await Promise.all(writes);
  expect(events).toEqual(['begin', 'a', 'b', 'c', 'flushed', 'a answered', 'b answered', 'c answered']);
});

test('when a transaction fails, no write of its group is answered as done', async () => {
  const group = new GroupCommit((run) => run());
  const fine = group.write(() => 1);
  const failing = group.write(() => {
    throw new Error('disk full');
  });
  await expect(fine).rejects.toThrow('disk full');
  await expect(failing).rejects.toThrow('disk full');
  await expect(group.write(() => 2)).resolves.toBe(2);
});

test('a write that throws leaves nothing of its group in the store', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'tablestore-'));
  const store = new Store(dataDir);
  const first = store.write(() => store.nextTableId());
  const second = store.write(() => {
    throw new Error('bug');
  });
  await expect(first).rejects.toThrow('bug');
  await expect(second).rejects.toThrow('bug');
  expect(await store.write(() => store.nextTableId())).toBe(1);
  await store.close();
  await rm(dataDir, { recursive: true });
});

test('deleting a table takes its rows from the disk, and no other table’s', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'tablestore-'));
  const store = new Store(dataDir);
  const table = (id: number, name: string) => ({ ...TABLE, id, name });
  const primaryKey = [{ name: 'id', value: { type: 'integer' as const, value: 1n } }];
  await store.write(() => {
    for (const one of [table(1, 'kept'), table(2, 'dropped'), table(3, 'also_kept')]) {
      store.saveTable(one);
      store.saveRow(one, { primaryKey, cells: [] });
    }
    store.removeTable(table(2, 'dropped'));
  });
  expect(store.tableNames()).toEqual(['also_kept', 'kept']);
  expect(store.rows.getKeysCount()).toBe(2);
  expect(store.findRow(table(2, 'dropped'), primaryKey)).toBeUndefined();
  await store.close();
  await rm(dataDir, { recursive: true });
});
