// Guarantees: rows of a batch succeed or fail on their own, and an invalid batch writes nothing.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTable, type Harness, startHarness } from './harness.ts';
import { columnsOf, expectNoRow, ignore, int, TableStore } from './sdk.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
  await createTable(harness.client, 'people');
  await createTable(harness.client, 'roles');
});
afterAll(() => harness.stop());

const put = (id: string, columns: readonly object[] = [{ a: id }], condition = ignore()) => ({
  type: 'PUT',
  primaryKey: [{ id }],
  attributeColumns: columns,
  condition,
});
const write = (...tables: readonly [string, readonly object[]][]) =>
  harness.client.batchWriteRow({ tables: tables.map(([tableName, rows]) => ({ tableName, rows })) });
const get = async (tableName: string, ...ids: string[]) => {
  const primaryKey = ids.map((id) => [{ id }]);
  const { tables } = await harness.client.batchGetRow({ tables: [{ tableName, primaryKey }] });
  return tables[0] ?? [];
};
const invalid = { code: 'OTSParameterInvalid', status: 400 };

describe('a batch write', () => {
  test('puts, updates and deletes rows of several tables, in the order of the request', async () => {
    await write(['people', [put('update-me', [{ n: int(1) }]), put('delete-me')]]);
    const { tables } = await write(
      [
        'people',
        [
          put('put-me'),
          {
            type: 'UPDATE',
            primaryKey: [{ id: 'update-me' }],
            attributeColumns: [{ INCREMENT: [{ n: int(2) }] }],
            condition: ignore(),
            returnContent: { returnType: TableStore.ReturnType.AfterModify, returnColumns: ['n'] },
          },
          { type: 'DELETE', primaryKey: [{ id: 'delete-me' }], condition: ignore() },
        ],
      ],
      ['roles', [put('other')]],
    );
    expect(tables.map(({ isOk }) => isOk)).toEqual([true, true, true, true]);
    expect(columnsOf(tables[1] ?? {})).toEqual({ n: '3' });
    const rows = await get('people', 'put-me', 'update-me', 'delete-me');
    expect(rows.map(columnsOf)).toEqual([{ a: 'put-me' }, { n: '3' }, {}]);
    expect((await get('roles', 'other')).map(columnsOf)).toEqual([{ a: 'other' }]);
  });

  test('fails row by row: one refused row stops no other', async () => {
    await write(['people', [put('taken')]]);
    const { tables } = await write(
      [
        'people',
        [
          put('taken', [{ a: 'changed' }], expectNoRow()),
          { ...put('x'), primaryKey: [{ wrong: 'x' }] },
          put('bad-name', [{ 'a-b': 'x' }]),
          put('free', [{ a: 'free' }], expectNoRow()),
        ],
      ],
      ['nowhere', [put('a')]],
    );
    expect(tables.map(({ isOk, errorCode }) => isOk || errorCode)).toEqual([
      'OTSConditionCheckFail',
      'OTSInvalidPK',
      'OTSParameterInvalid',
      true,
      'OTSObjectNotExist',
    ]);
    expect((await get('people', 'taken', 'free')).map(columnsOf)).toEqual([{ a: 'taken' }, { a: 'free' }]);
  });

  test('takes 200 rows and refuses 201, writing none', async () => {
    const rows = Array.from({ length: 201 }, (_, n) => put(`many${n}`));
    await expect(write(['people', rows])).rejects.toMatchObject(invalid);
    expect(columnsOf((await get('people', 'many0'))[0] ?? {})).toEqual({});
    const { tables } = await write(['people', rows.slice(1)]);
    expect(tables.every(({ isOk }) => isOk)).toBe(true);
  });

  test.each<[string, readonly [string, readonly object[]][]]>([
    [
      'the same table twice',
      [
        ['people', [put('a')]],
        ['people', [put('b')]],
      ],
    ],
    ['a table without rows', [['people', []]]],
    ['the same row twice', [['people', [put('same'), put('same')]]]],
    ['more than 4 MB', [['people', ['p', 'q', 'r'].map((id) => put(id, [{ a: 'x'.repeat(1_500_000) }]))]]],
  ])('is refused as a whole with %s', async (_, tables) => {
    await expect(write(...tables)).rejects.toMatchObject(invalid);
  });
});

describe('a batch read', () => {
  test('returns rows in the order asked for, absent ones as empty', async () => {
    await write(['people', [put('r1'), put('r2')]]);
    const rows = await get('people', 'r2', 'nobody', 'r1');
    expect(rows.map(({ isOk }) => isOk)).toEqual([true, true, true]);
    expect(rows.map(columnsOf)).toEqual([{ a: 'r2' }, {}, { a: 'r1' }]);
  });

  test('fails row by row', async () => {
    const { tables } = await harness.client.batchGetRow({
      tables: [
        { tableName: 'people', primaryKey: [[{ id: 'r1' }], [{ wrong: 'r1' }]] },
        { tableName: 'nowhere', primaryKey: [[{ id: 'r1' }]] },
      ],
    });
    expect(tables.flat().map(({ isOk, errorCode }) => isOk || errorCode)).toEqual([
      true,
      'OTSInvalidPK',
      'OTSObjectNotExist',
    ]);
  });

  test('takes 100 rows and refuses 101', async () => {
    const ids = Array.from({ length: 101 }, (_, n) => `id${n}`);
    await expect(get('people', ...ids)).rejects.toMatchObject(invalid);
    expect(await get('people', ...ids.slice(1))).toHaveLength(100);
  });
});
