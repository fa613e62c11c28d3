// Guarantees: the local Tablestore enforces the documented limits, exactly at their values.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTable, type Harness, startHarness } from './harness.ts';
import { ignore, int, type Key, TableStore } from './sdk.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
  await createTable(harness.client, 'people');
  await createTable(harness.client, 'pairs', {}, [
    { name: 'id', type: 'STRING' },
    { name: 'n', type: 'INTEGER' },
  ]);
});
afterAll(() => harness.stop());

const put = (attributeColumns: readonly object[], primaryKey: Key = [{ id: 'row' }], tableName = 'people') =>
  harness.client.putRow({ tableName, primaryKey, attributeColumns, condition: ignore() });
const columns = (count: number) => Array.from({ length: count }, (_, n) => ({ [`c${n}`]: 'x' }));
const invalid = { code: 'OTSParameterInvalid', status: 400 };
const MIB = 1024 * 1024;

describe('a write at the limit succeeds', () => {
  test.each<[string, readonly object[], Key?]>([
    ['1,024 columns', columns(1024)],
    ['a column of 2 MB', [{ a: 'x'.repeat(2 * MIB) }]],
    ['a key of 1,024 bytes', [], [{ id: 'é'.repeat(512) }]],
    ['a column name of 255 characters', [{ ['a'.repeat(255)]: 'x' }]],
  ])('%s', async (_, attributeColumns, key) => {
    await expect(put(attributeColumns, key)).resolves.toBeDefined();
  });
});

describe('a write over a limit is refused', () => {
  test.each<[string, readonly object[], Key?]>([
    ['1,025 columns', columns(1025)],
    ['a column of more than 2 MB', [{ a: 'x'.repeat(2 * MIB + 1) }]],
    ['a row of more than 4 MB', ['a', 'b', 'c'].map((name) => ({ [name]: 'x'.repeat(1_500_000) }))],
    ['a key of 1,025 bytes', [], [{ id: `${'é'.repeat(512)}x` }]],
    ['a column name of 256 characters', [{ ['a'.repeat(256)]: 'x' }]],
    ['a column name with a hyphen', [{ 'a-b': 'x' }]],
    ['a column named as the primary key', [{ id: 'x' }]],
    ['the same column twice', [{ a: 'x' }, { a: 'y' }]],
  ])('%s', async (_, attributeColumns, key) => {
    await expect(put(attributeColumns, key)).rejects.toMatchObject(invalid);
  });

  test('an update without columns', async () => {
    await expect(
      harness.client.updateRow({
        tableName: 'people',
        primaryKey: [{ id: 'row' }],
        updateOfAttributeColumns: [],
        condition: ignore(),
      }),
    ).rejects.toMatchObject(invalid);
  });
});

describe('a primary key that does not fit the table is refused', () => {
  test.each<[string, Key, string]>([
    ['too few columns', [{ id: 'a' }], 'Validate PK size fail. Input: 1, Meta: 2.'],
    [
      'too many columns',
      [{ id: 'a' }, { n: int(1) }, { m: int(1) }],
      'Validate PK size fail. Input: 3, Meta: 2.',
    ],
    ['another name', [{ id: 'a' }, { m: int(1) }], 'Validate PK name fail. Input: m, Meta: n.'],
    ['another order', [{ n: int(1) }, { id: 'a' }], 'Validate PK name fail. Input: n, Meta: id.'],
    ['another type', [{ id: 'a' }, { n: 'b' }], 'Validate PK type fail.'],
  ])('%s', async (_, key, message) => {
    const refused = { code: 'OTSInvalidPK', status: 400, message: expect.stringContaining(message) };
    await expect(put([], key, 'pairs')).rejects.toMatchObject(refused);
    await expect(harness.client.getRow({ tableName: 'pairs', primaryKey: key })).rejects.toMatchObject(
      refused,
    );
  });

  test('and so is a bound of a range as the key of a row', async () => {
    const key = [{ id: TableStore.INF_MIN }];
    await expect(put([], key)).rejects.toMatchObject(invalid);
  });
});

describe('a read over a limit is refused', () => {
  const get = (more: object) =>
    harness.client.getRow({ tableName: 'people', primaryKey: [{ id: 'row' }], ...more });

  test('more than 128 columns to get', async () => {
    const names = Array.from({ length: 129 }, (_, n) => `c${n}`);
    await expect(get({ columnsToGet: names })).rejects.toMatchObject(invalid);
    await expect(get({ columnsToGet: names.slice(1) })).resolves.toBeDefined();
  });

  test('less than one version', async () => {
    await expect(get({ maxVersions: -1 })).rejects.toMatchObject(invalid);
  });

  test('a local transaction, which this server lacks', async () => {
    await expect(get({ transactionId: 'x' })).rejects.toMatchObject(invalid);
  });
});

describe('capacity units', () => {
  test('are 4 KB each, rounded up; a condition reads the row first', async () => {
    const big = await put([{ a: 'x'.repeat(5_000) }], [{ id: 'units' }]);
    expect(big.consumed.capacityUnit).toMatchObject({ read: 0, write: 2 });
    const read = await harness.client.getRow({ tableName: 'people', primaryKey: [{ id: 'units' }] });
    expect(read.consumed.capacityUnit).toMatchObject({ read: 2, write: 0 });
    const conditional = await harness.client.deleteRow({
      tableName: 'people',
      primaryKey: [{ id: 'units' }],
      condition: new TableStore.Condition(TableStore.RowExistenceExpectation.EXPECT_EXIST, null),
    });
    expect(conditional.consumed.capacityUnit).toMatchObject({ read: 1, write: 1 });
  });
});
