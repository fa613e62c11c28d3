// Guarantees: conditions and filters decide as the documentation says, within their limits.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTable, type Harness, startHarness } from './harness.ts';
import { columnsOf, ignore, int, TableStore, type Value } from './sdk.ts';

const { ComparatorType, LogicalOperator, RowExistenceExpectation, SingleColumnCondition } = TableStore;

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
  await createTable(harness.client, 'people', { maxVersions: 5 });
  await harness.client.putRow({
    tableName: 'people',
    primaryKey: [{ id: 'row' }],
    attributeColumns: [{ n: int(5) }, { text: 'b' }, { yes: true }, { half: 0.5 }],
    condition: ignore(),
  });
});
afterAll(() => harness.stop());

/** Does the row pass this as a filter of a read, and as the condition of a write? Both must agree. */
async function passes(column: object, id = 'row'): Promise<boolean> {
  const condition = new TableStore.Condition(RowExistenceExpectation.IGNORE, column);
  const primaryKey = [{ id }];
  const read = await harness.client.getRow({ tableName: 'people', primaryKey, columnFilter: column });
  const written = await harness.client
    .updateRow({
      tableName: 'people',
      primaryKey,
      updateOfAttributeColumns: [{ PUT: [{ touched: 'x' }] }],
      condition,
    })
    .then(
      () => true,
      (failure: { code: string }) => {
        if (failure.code !== 'OTSConditionCheckFail') throw failure;
        return false;
      },
    );
  expect(read.row.primaryKey !== undefined).toBe(written);
  return written;
}

describe('one column against a value', () => {
  const cases: readonly (readonly [string, string, keyof typeof ComparatorType, Value, boolean])[] = [
    ['5 equals 5', 'n', 'EQUAL', int(5), true],
    ['5 does not equal 6', 'n', 'EQUAL', int(6), false],
    ['5 differs from 6', 'n', 'NOT_EQUAL', int(6), true],
    ['5 does not differ from 5', 'n', 'NOT_EQUAL', int(5), false],
    ['5 is greater than 4', 'n', 'GREATER_THAN', int(4), true],
    ['5 is not greater than 5', 'n', 'GREATER_THAN', int(5), false],
    ['5 is at least 5', 'n', 'GREATER_EQUAL', int(5), true],
    ['5 is less than 10, by value', 'n', 'LESS_THAN', int(10), true],
    ['5 is not less than -1', 'n', 'LESS_THAN', int(-1), false],
    ['5 is at most 4: no', 'n', 'LESS_EQUAL', int(4), false],
    ['a text is compared by bytes', 'text', 'GREATER_THAN', 'a', true],
    ['true is greater than false', 'yes', 'GREATER_THAN', false, true],
    ['a double is compared by value', 'half', 'LESS_THAN', 0.75, true],
    ['an integer is not equal to a double', 'n', 'EQUAL', 5, false],
    ['an integer is in no order with a text', 'n', 'GREATER_THAN', '4', false],
    ['a primary key column can be compared', 'id', 'EQUAL', 'row', true],
  ];
  test.each(cases)('%s', async (_, name, comparator, value, expected) => {
    expect(await passes(new SingleColumnCondition(name, value, ComparatorType[comparator]))).toBe(expected);
  });

  test('a missing column passes unless the condition says otherwise', async () => {
    const missing = (passIfMissing?: boolean) =>
      passes(new SingleColumnCondition('absent', 'x', ComparatorType.EQUAL, passIfMissing));
    expect(await missing()).toBe(true);
    expect(await missing(true)).toBe(true);
    expect(await missing(false)).toBe(false);
  });

  test('only the newest version counts, unless any version may', async () => {
    const at = Date.now();
    for (const [state, age] of [
      ['open', 2],
      ['closed', 1],
    ] as const) {
      await harness.client.updateRow({
        tableName: 'people',
        primaryKey: [{ id: 'versions' }],
        updateOfAttributeColumns: [{ PUT: [{ state, timestamp: at - age }] }],
        condition: ignore(),
      });
    }
    const wasOpen = async (latestVersionOnly: boolean) => {
      const condition = new TableStore.Condition(
        RowExistenceExpectation.EXPECT_EXIST,
        new SingleColumnCondition('state', 'open', ComparatorType.EQUAL, false, latestVersionOnly),
      );
      const attempt = harness.client.updateRow({
        tableName: 'people',
        primaryKey: [{ id: 'versions' }],
        updateOfAttributeColumns: [{ PUT: [{ touched: 'x' }] }],
        condition,
      });
      return attempt.then(
        () => true,
        () => false,
      );
    };
    expect(await wasOpen(true)).toBe(false);
    expect(await wasOpen(false)).toBe(true);
  });
});

describe('several conditions', () => {
  const yes = new SingleColumnCondition('n', int(5), ComparatorType.EQUAL, false);
  const no = new SingleColumnCondition('n', int(6), ComparatorType.EQUAL, false);
  const join = (operator: keyof typeof LogicalOperator, ...parts: object[]) => {
    const composite = new TableStore.CompositeCondition(LogicalOperator[operator]);
    for (const part of parts) composite.addSubCondition(part);
    return composite;
  };

  test.each([
    ['AND of two that hold', join('AND', yes, yes), true],
    ['AND with one that does not', join('AND', yes, no), false],
    ['OR with one that holds', join('OR', no, yes), true],
    ['OR of none', join('OR', no, no), false],
    ['NOT of one that does not', join('NOT', no), true],
    ['NOT of one that holds', join('NOT', yes), false],
    ['a nested one', join('AND', yes, join('OR', no, join('NOT', no))), true],
  ])('%s', async (_, condition, expected) => {
    expect(await passes(condition)).toBe(expected);
  });

  test.each([
    ['NOT of two', join('NOT', yes, yes)],
    ['AND of one', join('AND', yes)],
    ['more than 32', join('OR', ...Array.from({ length: 33 }, () => yes))],
    ['one nested too deep', Array.from({ length: 1_000 }).reduce<object>((inner) => join('NOT', inner), yes)],
  ])('%s are refused', async (_, condition) => {
    await expect(passes(condition)).rejects.toMatchObject({ code: 'OTSParameterInvalid', status: 400 });
  });

  test('32 are allowed', async () => {
    expect(await passes(join('OR', ...Array.from({ length: 32 }, () => yes)))).toBe(true);
  });
});

describe('a filter', () => {
  test('sees only the columns asked for', async () => {
    const columnFilter = new SingleColumnCondition('n', int(5), ComparatorType.EQUAL, false);
    const get = async (columnsToGet: string[]) =>
      (
        await harness.client.getRow({
          tableName: 'people',
          primaryKey: [{ id: 'row' }],
          columnsToGet,
          columnFilter,
        })
      ).row;
    expect(columnsOf(await get(['n', 'text']))).toEqual({ n: '5', text: 'b' });
    expect(await get(['text'])).toEqual({});
  });

  test('can be a page of columns, which no condition can be', async () => {
    const page = new TableStore.ColumnPaginationFilter(2, 1);
    const { row } = await harness.client.getRow({
      tableName: 'people',
      primaryKey: [{ id: 'row' }],
      columnsToGet: ['half', 'n', 'text', 'yes'],
      columnFilter: page,
    });
    expect(Object.keys(columnsOf(row)).sort()).toEqual(['n', 'text']);
    await expect(
      harness.client.deleteRow({
        tableName: 'people',
        primaryKey: [{ id: 'row' }],
        condition: new TableStore.Condition(RowExistenceExpectation.IGNORE, page),
      }),
    ).rejects.toMatchObject({ code: 'OTSParameterInvalid' });
  });
});
