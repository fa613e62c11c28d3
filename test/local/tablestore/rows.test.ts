// Guarantees: rows are put, updated, deleted and read back exactly, with versions and increments.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTable, type Harness, startHarness } from './harness.ts';
import { columnsOf, expectNoRow, expectRow, ignore, int, TableStore } from './sdk.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
  await createTable(harness.client, 'people');
  await createTable(harness.client, 'history', { maxVersions: 3 });
});
afterAll(() => harness.stop());

const key = (id: string) => [{ id }];

async function read(tableName: string, id: string, options: object = {}) {
  const { row } = await harness.client.getRow({ tableName, primaryKey: key(id), ...options });
  return row;
}

function put(tableName: string, id: string, attributeColumns: readonly object[], condition = ignore()) {
  return harness.client.putRow({ tableName, primaryKey: key(id), attributeColumns, condition });
}

function update(tableName: string, id: string, changes: readonly object[], more: object = {}) {
  return harness.client.updateRow({
    tableName,
    primaryKey: key(id),
    updateOfAttributeColumns: changes,
    condition: ignore(),
    ...more,
  });
}

describe('what is put can be read back', () => {
  test('every type comes back as it was, and 64-bit integers exactly', async () => {
    const columns = [
      { text: 'größe 尺寸 🗝' },
      { empty: '' },
      { most: int('9223372036854775807') },
      { least: int('-9223372036854775808') },
      { odd: int('9007199254740993') },
      { half: 0.5 },
      { yes: true },
      { no: false },
      { bytes: Buffer.from([0, 1, 255]) },
    ];
    await put('people', 'types', columns);
    expect(columnsOf(await read('people', 'types'))).toEqual({
      text: 'größe 尺寸 🗝',
      empty: '',
      most: '9223372036854775807',
      least: '-9223372036854775808',
      odd: '9007199254740993',
      half: 0.5,
      yes: true,
      no: false,
      bytes: Buffer.from([0, 1, 255]),
    });
  });

  test('a row that was never written is absent', async () => {
    expect(await read('people', 'nobody')).toEqual({});
  });

  test('a put replaces the whole row', async () => {
    await put('people', 'replaced', [{ old: 'a' }, { both: 'a' }]);
    await put('people', 'replaced', [{ both: 'b' }]);
    expect(columnsOf(await read('people', 'replaced'))).toEqual({ both: 'b' });
  });

  test('a row without columns exists', async () => {
    await put('people', 'bare', []);
    expect((await read('people', 'bare')).primaryKey).toHaveLength(1);
  });

  test('a put returns its primary key on request', async () => {
    const { row } = await harness.client.putRow({
      tableName: 'people',
      primaryKey: key('returned'),
      attributeColumns: [{ a: 'b' }],
      condition: ignore(),
      returnContent: { returnType: TableStore.ReturnType.Primarykey },
    });
    expect(row.primaryKey).toEqual([{ name: 'id', value: 'returned' }]);
    expect(row.attributes).toEqual([]);
  });

  test('only the columns asked for are returned, and no row when it has none of them', async () => {
    await put('people', 'columns', [{ a: '1' }, { b: '2' }]);
    expect(columnsOf(await read('people', 'columns', { columnsToGet: ['b', 'c'] }))).toEqual({ b: '2' });
    expect(await read('people', 'columns', { columnsToGet: ['c'] })).toEqual({});
    expect((await read('people', 'columns', { columnsToGet: ['id'] })).primaryKey).toHaveLength(1);
    expect(columnsOf(await read('people', 'columns', { startColumn: 'b' }))).toEqual({ b: '2' });
    expect(columnsOf(await read('people', 'columns', { endColumn: 'b' }))).toEqual({ a: '1' });
  });
});

describe('an update', () => {
  test('sets and deletes the columns it names and leaves the rest', async () => {
    await put('people', 'updated', [{ kept: 'a' }, { changed: 'a' }, { dropped: 'a' }]);
    await update('people', 'updated', [
      { PUT: [{ changed: 'b' }, { added: 'b' }] },
      { DELETE_ALL: ['dropped'] },
    ]);
    expect(columnsOf(await read('people', 'updated'))).toEqual({ kept: 'a', changed: 'b', added: 'b' });
  });

  test('creates a row, unless it only deletes', async () => {
    await update('people', 'created', [{ PUT: [{ a: 'b' }] }]);
    expect(columnsOf(await read('people', 'created'))).toEqual({ a: 'b' });
    await update('people', 'not-created', [{ DELETE_ALL: ['a'] }]);
    expect(await read('people', 'not-created')).toEqual({});
  });

  test('leaves the row there when it deletes its last column', async () => {
    await put('people', 'emptied', [{ a: 'b' }]);
    await update('people', 'emptied', [{ DELETE_ALL: ['a'] }]);
    expect((await read('people', 'emptied')).primaryKey).toHaveLength(1);
  });

  test('increments from zero, exactly beyond 2^53, and returns the sum', async () => {
    const returnContent = { returnType: TableStore.ReturnType.AfterModify, returnColumns: ['hits'] };
    const first = await update('people', 'counter', [{ INCREMENT: [{ hits: int('9007199254740992') }] }], {
      returnContent,
    });
    expect(columnsOf(first.row)).toEqual({ hits: '9007199254740992' });
    const second = await update('people', 'counter', [{ INCREMENT: [{ hits: int(1) }] }], { returnContent });
    expect(columnsOf(second.row)).toEqual({ hits: '9007199254740993' });
  });

  test('adds every one of many concurrent increments', async () => {
    const returnContent = { returnType: TableStore.ReturnType.AfterModify, returnColumns: ['n'] };
    const answers = await Promise.all(
      Array.from({ length: 100 }, () =>
        update('people', 'crowd', [{ INCREMENT: [{ n: int(1) }] }], { returnContent }),
      ),
    );
    const sums = answers.map(({ row }) => Number(columnsOf(row)['n'])).sort((a, b) => a - b);
    expect(sums).toEqual(Array.from({ length: 100 }, (_, i) => i + 1));
    expect(columnsOf(await read('people', 'crowd'))).toEqual({ n: '100' });
  });

  test('adds to the newest version, even to one that the writer dated ahead of now', async () => {
    const ahead = Date.now() + 60_000;
    await update('people', 'ahead', [{ PUT: [{ n: int(5), timestamp: ahead }] }]);
    await update('people', 'ahead', [{ INCREMENT: [{ n: int(1) }] }]);
    expect(columnsOf(await read('people', 'ahead'))).toEqual({ n: '6' });
  });

  test('refuses to increment past the largest integer, or a text', async () => {
    await put('people', 'full', [{ n: int('9223372036854775807') }, { text: 'a' }]);
    const refused = { code: 'OTSParameterInvalid', status: 400 };
    await expect(update('people', 'full', [{ INCREMENT: [{ n: int(1) }] }])).rejects.toMatchObject(refused);
    await expect(update('people', 'full', [{ INCREMENT: [{ text: int(1) }] }])).rejects.toMatchObject(
      refused,
    );
    expect(columnsOf(await read('people', 'full'))).toEqual({ n: '9223372036854775807', text: 'a' });
  });
});

describe('deleting a row', () => {
  test('removes it, and removing it again is no error', async () => {
    await put('people', 'gone', [{ a: 'b' }]);
    const remove = { tableName: 'people', primaryKey: key('gone'), condition: ignore() };
    await harness.client.deleteRow(remove);
    expect(await read('people', 'gone')).toEqual({});
    await expect(harness.client.deleteRow(remove)).resolves.toBeDefined();
  });
});

describe('row existence', () => {
  const failed = { code: 'OTSConditionCheckFail', status: 403, message: 'Condition check failed.' };

  test('a put that expects no row succeeds once', async () => {
    await put('people', 'once', [{ by: 'first' }], expectNoRow());
    await expect(put('people', 'once', [{ by: 'second' }], expectNoRow())).rejects.toMatchObject(failed);
    expect(columnsOf(await read('people', 'once'))).toEqual({ by: 'first' });
  });

  test('of many concurrent puts that expect no row, exactly one succeeds', async () => {
    const attempts = await Promise.allSettled(
      Array.from({ length: 50 }, (_, n) => put('people', 'race', [{ by: String(n) }], expectNoRow())),
    );
    expect(attempts.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  test('a write that expects a row fails without one', async () => {
    await expect(put('people', 'missing', [{ a: 'b' }], expectRow())).rejects.toMatchObject(failed);
    expect(await read('people', 'missing')).toEqual({});
  });
});

describe('versions', () => {
  const at = Date.now();

  test('the newest come back, as many as the table keeps and the reader asks for', async () => {
    for (const age of [4, 1, 3, 2]) {
      await update('history', 'v', [{ PUT: [{ a: `age ${age}`, timestamp: at - age }] }]);
    }
    const all = await read('history', 'v', { maxVersions: 10 });
    expect(all.attributes?.map(({ columnValue }) => columnValue)).toEqual(['age 1', 'age 2', 'age 3']);
    const one = await read('history', 'v');
    expect(one.attributes?.map(({ columnValue }) => columnValue)).toEqual(['age 1']);
    const early = await read('history', 'v', {
      maxVersions: 10,
      timeRange: { startTime: String(at - 3), endTime: String(at - 1) },
    });
    expect(early.attributes?.map(({ columnValue }) => columnValue)).toEqual(['age 2', 'age 3']);
  });

  test('one version can be deleted', async () => {
    await update('history', 'd', [{ PUT: [{ a: 'old', timestamp: at - 2 }] }]);
    await update('history', 'd', [{ PUT: [{ a: 'new', timestamp: at - 1 }] }]);
    await update('history', 'd', [{ DELETE: [{ a: at - 1 }] }]);
    expect(columnsOf(await read('history', 'd'))).toEqual({ a: 'old' });
  });

  test('a version too far from now is refused', async () => {
    const day = 86_400_000;
    for (const timestamp of [at - 2 * day, at + 2 * day]) {
      await expect(update('history', 'far', [{ PUT: [{ a: 'x', timestamp }] }])).rejects.toMatchObject({
        code: 'OTSParameterInvalid',
      });
    }
  });
});

describe('time to live', () => {
  test('a cell is unreadable once it has expired, and so is a row of expired cells', async () => {
    const day = 86_400;
    const local = await startHarness();
    await createTable(local.client, 'short', { timeToLive: day, maxTimeDeviation: 10 * day });
    const old = Date.now() - (day - 60) * 1000;
    await local.client.putRow({
      tableName: 'short',
      primaryKey: key('a'),
      attributeColumns: [{ early: 'x', timestamp: old }, { late: 'x' }],
      condition: ignore(),
    });
    await local.client.putRow({
      tableName: 'short',
      primaryKey: key('b'),
      attributeColumns: [{ early: 'x', timestamp: old }],
      condition: ignore(),
    });
    const get = async (id: string) =>
      (await local.client.getRow({ tableName: 'short', primaryKey: key(id) })).row;
    expect(columnsOf(await get('a'))).toEqual({ early: 'x', late: 'x' });
    local.clock.offset = 120_000;
    expect(columnsOf(await get('a'))).toEqual({ late: 'x' });
    expect(await get('b')).toEqual({});
    await local.client.putRow({
      tableName: 'short',
      primaryKey: key('b'),
      attributeColumns: [],
      condition: expectNoRow(),
    });
    await local.stop();
  });
});
