// Guarantees: a range gives its rows in key order, once each, and goes on where it was cut.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTable, type Harness, startHarness } from './harness.ts';
import { columnsOf, ignore, int, type Key, plain, type SdkRow, TableStore } from './sdk.ts';

const { INF_MIN, INF_MAX, Direction } = TableStore;

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(() => harness.stop());

const keysOf = (rows: readonly SdkRow[]) =>
  rows.map(({ primaryKey }) => primaryKey?.map(({ value }) => plain(value)).join(','));

async function fill(tableName: string, keys: readonly Key[], size = 1) {
  for (let from = 0; from < keys.length; from += 200) {
    const rows = keys.slice(from, from + 200).map((primaryKey) => ({
      type: 'PUT',
      condition: ignore(),
      primaryKey,
      attributeColumns: [{ v: 'x'.repeat(size) }],
    }));
    await harness.client.batchWriteRow({ tables: [{ tableName, rows }] });
  }
}

function range(tableName: string, start: Key, end: Key, more: object = {}) {
  return harness.client.getRange({
    tableName,
    direction: Direction.FORWARD,
    inclusiveStartPrimaryKey: start,
    exclusiveEndPrimaryKey: end,
    ...more,
  });
}

describe('a range', () => {
  const all = [
    [{ tenant: 'a' }, { seq: INF_MIN }],
    [{ tenant: 'a' }, { seq: INF_MAX }],
  ] as const;

  beforeAll(async () => {
    await createTable(harness.client, 'events', {}, [
      { name: 'tenant', type: 'STRING' },
      { name: 'seq', type: 'INTEGER' },
    ]);
    await createTable(harness.client, 'other', {}, [
      { name: 'tenant', type: 'STRING' },
      { name: 'seq', type: 'INTEGER' },
    ]);
    await fill(
      'events',
      [5, -3, 0, 10, 9].map((seq) => [{ tenant: 'a' }, { seq: int(seq) }]),
    );
    await fill('events', [
      [{ tenant: 'aa' }, { seq: int(1) }],
      [{ tenant: 'b' }, { seq: int(2) }],
    ]);
    await fill('other', [[{ tenant: 'a' }, { seq: int(6) }]]);
  });

  test('comes in key order, integers by value, and holds no other key prefix and no other table', async () => {
    const { rows, nextStartPrimaryKey } = await range('events', ...all);
    expect(keysOf(rows)).toEqual(['a,-3', 'a,0', 'a,5', 'a,9', 'a,10']);
    expect(nextStartPrimaryKey).toBeNull();
  });

  test('comes backward when asked for', async () => {
    const { rows } = await range('events', all[1], all[0], { direction: Direction.BACKWARD });
    expect(keysOf(rows)).toEqual(['a,10', 'a,9', 'a,5', 'a,0', 'a,-3']);
  });

  test('includes its start and excludes its end, in both directions', async () => {
    const [zero, nine] = [0, 9].map((seq) => [{ tenant: 'a' }, { seq: int(seq) }]);
    if (zero === undefined || nine === undefined) throw new Error('unreachable');
    expect(keysOf((await range('events', zero, nine)).rows)).toEqual(['a,0', 'a,5']);
    const backward = await range('events', nine, zero, { direction: Direction.BACKWARD });
    expect(keysOf(backward.rows)).toEqual(['a,9', 'a,5']);
  });

  test('spans the whole table with INF_MIN and INF_MAX', async () => {
    const { rows } = await range(
      'events',
      [{ tenant: INF_MIN }, { seq: INF_MIN }],
      [{ tenant: INF_MAX }, { seq: INF_MAX }],
    );
    expect(keysOf(rows).slice(-2)).toEqual(['aa,1', 'b,2']);
  });

  test('goes on where the limit cut it', async () => {
    for (const direction of [Direction.FORWARD, Direction.BACKWARD]) {
      const [from, to] = direction === Direction.FORWARD ? all : [all[1], all[0]];
      const seen: unknown[] = [];
      let start: Key | undefined = from;
      while (start !== undefined) {
        const page = await range('events', start, to, { direction, limit: 2 });
        expect(page.rows.length).toBeLessThanOrEqual(2);
        seen.push(...keysOf(page.rows));
        start = page.nextStartPrimaryKey?.map(({ name, value }) => ({ [name]: value }));
      }
      expect(seen).toHaveLength(5);
      expect(new Set(seen).size).toBe(5);
    }
  });

  test('returns only what its filter passes, and the columns asked for', async () => {
    const columnFilter = new TableStore.SingleColumnCondition(
      'seq',
      int(5),
      TableStore.ComparatorType.GREATER_EQUAL,
    );
    const { rows } = await range('events', ...all, { columnFilter });
    expect(keysOf(rows)).toEqual(['a,5', 'a,9', 'a,10']);
    expect((await range('events', ...all, { columnsToGet: ['nothing'] })).rows).toEqual([]);
    const [first] = (await range('events', ...all, { columnsToGet: ['v'], limit: 1 })).rows;
    expect(columnsOf(first ?? {})).toEqual({ v: 'x' });
  });

  test('is refused when it runs the wrong way', async () => {
    await expect(range('events', all[1], all[0])).rejects.toMatchObject({ code: 'OTSParameterInvalid' });
    await expect(range('events', ...all, { direction: Direction.BACKWARD })).rejects.toMatchObject({
      code: 'OTSParameterInvalid',
    });
  });
});

describe('one call', () => {
  const bounds = [[{ id: INF_MIN }], [{ id: INF_MAX }]] as const;

  test('scans no more than 5,000 rows, even if the filter passes none', async () => {
    await createTable(harness.client, 'many');
    await fill(
      'many',
      Array.from({ length: 5_001 }, (_, n) => [{ id: String(n).padStart(4, '0') }]),
    );
    const first = await range('many', ...bounds);
    expect(first.rows).toHaveLength(5_000);
    expect(first.nextStartPrimaryKey).toEqual([{ name: 'id', value: '5000' }]);
    const none = new TableStore.SingleColumnCondition('v', 'y', TableStore.ComparatorType.EQUAL);
    const filtered = await range('many', ...bounds, { columnFilter: none });
    expect(filtered.rows).toEqual([]);
    expect(filtered.nextStartPrimaryKey).toEqual([{ name: 'id', value: '5000' }]);
  });

  test('scans no more than 4 MB', async () => {
    await createTable(harness.client, 'big');
    for (const id of ['a', 'b', 'c', 'd', 'e', 'f']) await fill('big', [[{ id }]], 1_000_000);
    const page = await range('big', ...bounds);
    expect(keysOf(page.rows)).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(page.nextStartPrimaryKey).toEqual([{ name: 'id', value: 'f' }]);
  });
});

describe('keys longer than an lmdb key', () => {
  const long = (end: string) => [{ a: 'a'.repeat(1024) }, { b: `${'b'.repeat(1020)}${end}` }];
  const ends = ['', 'a', 'b', 'ba', 'c', 'z'];

  test('are kept apart, and come in order, in both directions', async () => {
    await createTable(harness.client, 'long', {}, [
      { name: 'a', type: 'STRING' },
      { name: 'b', type: 'STRING' },
    ]);
    await fill('long', [...ends].reverse().map(long));
    await fill('long', [
      [{ a: 'a' }, { b: 'b' }],
      [{ a: 'z' }, { b: 'b' }],
    ]);
    const tails = (rows: readonly SdkRow[]) =>
      rows.map(({ primaryKey }) => String(primaryKey?.[1]?.value).replace(/^b{1020}/, ''));
    const whole = [
      [{ a: INF_MIN }, { b: INF_MIN }],
      [{ a: INF_MAX }, { b: INF_MAX }],
    ] as const;
    expect(tails((await range('long', ...whole)).rows)).toEqual(['b', ...ends, 'b']);
    const backward = await range('long', whole[1], whole[0], { direction: Direction.BACKWARD });
    expect(tails(backward.rows)).toEqual(['b', ...[...ends].reverse(), 'b']);
    expect(tails((await range('long', long('a'), long('c'))).rows)).toEqual(['a', 'b', 'ba']);
    const page = await range('long', whole[0], whole[1], { limit: 3 });
    expect(String(page.nextStartPrimaryKey?.[1]?.value).slice(1020)).toBe('b');
  });
});
