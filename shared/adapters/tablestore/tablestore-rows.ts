// Rows of string keys and string columns over the SDK. The only file that knows the SDK's request shapes.
import TableStore from 'tablestore';
import { err, ok, type Result } from '../../kernel/result.ts';
import { sha256 } from '../../kernel/sha256.ts';
import {
  CONDITION_FAILED,
  COUNT_UNREADABLE,
  FaultError,
  isConditionFailed,
  type TablestoreFault,
} from './tablestore-fault.ts';
import type { TablestoreSdk } from './tablestore-sdk.ts';

/** Key columns in order, then attribute columns. Both are strings throughout Stint. */
export interface Row {
  readonly key: readonly string[];
  readonly columns: Readonly<Record<string, string>>;
}
export interface Table {
  readonly name: string;
  readonly key: readonly string[];
  /** Tablestore deletes what is older, some time later; a day at least. Absent: kept for ever. */
  readonly keepSeconds?: number;
}
export interface RowWrite extends Row {
  readonly table: Table;
}
/** `absent`: the row must not exist yet; otherwise the column must hold this value. */
export type Expectation = 'absent' | { readonly column: string; readonly value: string };

/** A delete of a row that must still be as it was read: the column must hold this value. */
export interface RowDeletion {
  readonly key: readonly string[];
  readonly expected: Exclude<Expectation, 'absent'>;
}

/** A range of keys. A bound may be shorter than a key: it then stands before every key that begins with it. */
export interface KeyRange {
  readonly from: readonly string[];
  /** The rows before it are read, not those at it. */
  readonly to: readonly string[];
  readonly limit: number;
  /** Tablestore leaves out rows whose column has another value, or that lack it. */
  readonly having?: { readonly column: string; readonly value: string } | undefined;
  /** Only these columns are read. A row that has none of them is left out. Absent: all. */
  readonly columns?: readonly string[];
}

export interface RowPage {
  readonly rows: readonly Row[];
  /** Where the next page begins. Undefined: this was the last. A page may be empty and yet not the last. */
  readonly next: readonly string[] | undefined;
}

export interface Increment {
  readonly key: readonly string[];
  readonly by: number;
}

type Rows<T> = Promise<Result<T, TablestoreFault>>;

export interface TablestoreRows {
  /** Up to 100 rows in one BatchGetRow, in the order asked; a missing row is undefined. */
  getRows(table: Table, keys: readonly (readonly string[])[]): Rows<readonly (Row | undefined)[]>;
  /** All rows with `from` ≤ key < `to`, compared by the first key column. */
  getRange(table: Table, from: string, to: string): Rows<readonly Row[]>;
  /** The same, handed on a row at a time: there may be more than fit in memory. */
  scanRange(table: Table, from: string, to: string, onRow: (row: Row) => void): Rows<void>;
  /** One page of a range of keys, in their order: up to `limit` rows, and no more than Tablestore reads at once (4 MB). */
  getPage(table: Table, range: KeyRange): Rows<RowPage>;
  /** Up to 200 idempotent puts in one BatchWriteRow; ok only when every row was written. */
  putRows(writes: readonly RowWrite[]): Rows<void>;
  /** Up to 200 deletes in one BatchWriteRow, which needs the permission to write rows as well. */
  deleteRows(table: Table, keys: readonly (readonly string[])[]): Rows<void>;
  /**
   * The same, each only if its expectation holds. Gives how many there were: too few after a repetition, since a row that the
   * first attempt deleted is gone at the second.
   */
  deleteRowsIf(table: Table, deletions: readonly RowDeletion[]): Rows<number>;
  /** One delete by DeleteRow: who may delete in this way may not write. */
  deleteRow(table: Table, key: readonly string[]): Rows<void>;
  /** A put that happens only if the expectation holds. Not repeated when the outcome is unknown. */
  putRowIf(write: RowWrite, expected: Expectation): Rows<'written' | 'conflict'>;
  /** Adds to the row's counter, atomically, and tells what it is now. A missing row counts from zero. */
  increment(table: Table, key: readonly string[], by?: number): Rows<number>;
  /**
   * The same for up to 200 rows in one BatchWriteRow, each with an outcome of its own; no row twice. Not repeated when the outcome is
   * unknown. `CountUnreadable`: the answer does not tell for sure which count is whose.
   */
  incrementEach(
    table: Table,
    increments: readonly Increment[],
  ): Promise<readonly Result<number, TablestoreFault>[]>;
}

const primaryKey = (table: Table, key: readonly string[]): TableStore.PrimaryKey =>
  table.key.map((name, i) => ({ [name]: key[i] ?? '' }));

const attributeColumns = (columns: Row['columns']) =>
  Object.entries(columns).map(([name, value]) => ({ [name]: value }));

const ignore = () => new TableStore.Condition(TableStore.RowExistenceExpectation.IGNORE, null);

function toRow(row: TableStore.Row): Row | undefined {
  if (!row.primaryKey?.length) return undefined;
  const columns: Record<string, string> = Object.create(null);
  for (const cell of row.attributes ?? []) columns[cell.columnName] = String(cell.columnValue);
  return { key: row.primaryKey.map((part) => String(part.value)), columns };
}

const countUnreadable: Result<never, TablestoreFault> = err({
  code: COUNT_UNREADABLE,
  requestId: undefined,
});

/** A batch answers 200 even when rows in it failed; thrown inside the call, such a failure is retried like any other. */
function requireEvery(
  rows: readonly TableStore.BatchRow[],
  expected: number,
): readonly TableStore.BatchRow[] {
  const failed = rows.find((row) => !row.isOk);
  if (failed) throw new FaultError({ code: failed.errorCode ?? 'Unreadable', requestId: undefined });
  if (rows.length !== expected) throw new FaultError({ code: 'Unreadable', requestId: undefined });
  return rows;
}

function groupByTable(writes: readonly RowWrite[]) {
  const groups = new Map<string, { tableName: string; rows: object[] }>();
  for (const { table, key, columns } of writes) {
    const group = groups.get(table.name) ?? { tableName: table.name, rows: [] };
    groups.set(table.name, group);
    group.rows.push({
      type: 'PUT',
      condition: ignore(),
      primaryKey: primaryKey(table, key),
      attributeColumns: attributeColumns(columns),
    });
  }
  return [...groups.values()];
}

function conditionFor(expected: Expectation): TableStore.Condition {
  const { EXPECT_EXIST, EXPECT_NOT_EXIST } = TableStore.RowExistenceExpectation;
  if (expected === 'absent') return new TableStore.Condition(EXPECT_NOT_EXIST, null);
  // passIfMissing must be false: by default a missing column satisfies the condition.
  const { column, value } = expected;
  const equal = TableStore.ComparatorType.EQUAL;
  const sameValue = new TableStore.SingleColumnCondition(column, value, equal, false, true);
  return new TableStore.Condition(EXPECT_EXIST, sameValue);
}

const readRows =
  (sdk: TablestoreSdk): TablestoreRows['getRows'] =>
  async (table, keys) => {
    const primaryKeys = keys.map((key) => primaryKey(table, key));
    const tables = [{ tableName: table.name, primaryKey: primaryKeys, maxVersions: 1 }];
    const answer = await sdk.call(true, async (client) => {
      const { tables: answered } = await client.batchGetRow({ tables });
      return requireEvery(answered[0] ?? [], keys.length);
    });
    if (!answer.ok) return answer;
    const rows = answer.value.map(toRow);
    // A row in another caller's place would give this caller the other's rights.
    const isAsked = rows.every((row, i) => !row || row.key.every((part, j) => part === keys[i]?.[j]));
    return isAsked ? ok(rows) : err({ code: 'Unreadable', requestId: undefined });
  };

const readPage = (
  sdk: TablestoreSdk,
  table: Table,
  start: TableStore.PrimaryKey,
  end: TableStore.PrimaryKey,
  more: object = {},
) =>
  sdk.call(true, (client) =>
    client.getRange({
      tableName: table.name,
      direction: TableStore.Direction.FORWARD,
      inclusiveStartPrimaryKey: start,
      exclusiveEndPrimaryKey: end,
      maxVersions: 1,
      ...more,
    }),
  );

const bound = (table: Table, parts: readonly string[]): TableStore.PrimaryKey =>
  table.key.map((name, i) => ({ [name]: parts[i] ?? TableStore.INF_MIN }));

const readKeyRange =
  (sdk: TablestoreSdk): TablestoreRows['getPage'] =>
  async (table, { from, to, limit, having, columns }) => {
    const filter = having && {
      columnFilter: new TableStore.SingleColumnCondition(
        having.column,
        having.value,
        TableStore.ComparatorType.EQUAL,
        false,
        true,
      ),
    };
    const answer = await readPage(sdk, table, bound(table, from), bound(table, to), {
      limit,
      ...filter,
      ...(columns && { columnsToGet: columns }),
    });
    if (!answer.ok) return answer;
    const next = answer.value.nextStartPrimaryKey?.map(({ value }) => String(value));
    return ok({ rows: answer.value.rows.flatMap((row) => toRow(row) ?? []), next });
  };

const scanPages =
  (sdk: TablestoreSdk): TablestoreRows['scanRange'] =>
  async (table, from, to, onRow) => {
    let start: TableStore.PrimaryKey | undefined = bound(table, [from]);
    while (start) {
      const answer = await readPage(sdk, table, start, bound(table, [to]));
      if (!answer.ok) return answer;
      for (const row of answer.value.rows.map(toRow)) if (row) onRow(row);
      start = answer.value.nextStartPrimaryKey?.map((part) => ({ [part.name]: part.value }));
    }
    return ok(undefined);
  };

async function writeBatch(sdk: TablestoreSdk, tables: readonly object[], expected: number): Rows<void> {
  const answer = await sdk.call(true, async (client) =>
    requireEvery((await client.batchWriteRow({ tables })).tables, expected),
  );
  return answer.ok ? ok(undefined) : answer;
}

const deletion = (table: Table, key: readonly string[], condition: TableStore.Condition) => ({
  type: 'DELETE',
  condition,
  primaryKey: primaryKey(table, key),
});

const deleteConditionally =
  (sdk: TablestoreSdk): TablestoreRows['deleteRowsIf'] =>
  async (table, deletions) => {
    const rows = deletions.map(({ key, expected }) => deletion(table, key, conditionFor(expected)));
    return sdk.call(true, async (client) => {
      const { tables } = await client.batchWriteRow({ tables: [{ tableName: table.name, rows }] });
      if (tables.length !== rows.length) throw new FaultError({ code: 'Unreadable', requestId: undefined });
      const done = tables.filter(({ errorCode }) => errorCode !== CONDITION_FAILED);
      return requireEvery(done, done.length).length;
    });
  };

const deleteOne =
  (sdk: TablestoreSdk): TablestoreRows['deleteRow'] =>
  async (table, key) => {
    const answer = await sdk.call(true, (client) =>
      client.deleteRow({
        tableName: table.name,
        condition: ignore(),
        primaryKey: primaryKey(table, key),
      }),
    );
    return answer.ok ? ok(undefined) : answer;
  };

const putConditionally =
  (sdk: TablestoreSdk): TablestoreRows['putRowIf'] =>
  async ({ table, key, columns }, expected) => {
    const answer = await sdk.call(false, (client) =>
      client.putRow({
        tableName: table.name,
        condition: conditionFor(expected),
        primaryKey: primaryKey(table, key),
        attributeColumns: attributeColumns(columns),
      }),
    );
    if (answer.ok) return ok('written');
    return isConditionFailed(answer.error) ? ok('conflict') : answer;
  };

const COUNTER_DIGITS = 16;

/** The answer to an increment does not hold the row's key, so the column says whose the count is. */
const counterOf = (key: readonly string[]): string =>
  `n_${sha256(JSON.stringify(key), 'hex').slice(0, COUNTER_DIGITS)}`;

function addition(table: Table, { key, by }: Increment) {
  const counter = counterOf(key);
  return {
    condition: ignore(),
    primaryKey: primaryKey(table, key),
    updates: [{ INCREMENT: [{ [counter]: TableStore.Long.fromNumber(by) }] }],
    returnContent: { returnType: TableStore.ReturnType.AfterModify, returnColumns: [counter] },
  };
}

function readCount({ attributes }: TableStore.Row, key: readonly string[]): Result<number, TablestoreFault> {
  const cell = attributes?.find(({ columnName }) => columnName === counterOf(key));
  const count = Number(cell?.columnValue);
  return Number.isSafeInteger(count) ? ok(count) : countUnreadable;
}

const addOne =
  (sdk: TablestoreSdk): TablestoreRows['increment'] =>
  async (table, key, by = 1) => {
    const { updates, ...row } = addition(table, { key, by });
    // Repeated although the outcome may be unknown: a call that is counted twice makes a count too high, which is safe.
    const answer = await sdk.call(true, (client) =>
      client.updateRow({ tableName: table.name, ...row, updateOfAttributeColumns: updates }),
    );
    return answer.ok ? readCount(answer.value.row, key) : answer;
  };

const addEach =
  (sdk: TablestoreSdk): TablestoreRows['incrementEach'] =>
  async (table, increments) => {
    const rows = increments.map((increment) => {
      const { updates, ...row } = addition(table, increment);
      return { type: 'UPDATE', ...row, attributeColumns: updates };
    });
    const answer = await sdk.call(false, (client) =>
      client.batchWriteRow({ tables: [{ tableName: table.name, rows }] }),
    );
    if (!answer.ok) return increments.map(() => answer);
    const answered = answer.value.tables;
    if (answered.length !== rows.length) return increments.map(() => countUnreadable);
    return answered.map((row, i) => {
      if (!row.isOk) return err({ code: row.errorCode ?? 'Unreadable', requestId: undefined });
      return readCount(row, increments[i]?.key ?? []);
    });
  };

/** Rows over the SDK. A fault names Tablestore's code; of a read it is the code after the retries. */
export function openRows(sdk: TablestoreSdk): TablestoreRows {
  const scanRange = scanPages(sdk);
  return {
    getRows: readRows(sdk),
    scanRange,
    getPage: readKeyRange(sdk),
    async getRange(table, from, to) {
      const rows: Row[] = [];
      const scanned = await scanRange(table, from, to, (row) => rows.push(row));
      return scanned.ok ? ok(rows) : scanned;
    },
    putRows: (writes) => writeBatch(sdk, groupByTable(writes), writes.length),
    deleteRows: (table, keys) =>
      writeBatch(
        sdk,
        [{ tableName: table.name, rows: keys.map((key) => deletion(table, key, ignore())) }],
        keys.length,
      ),
    deleteRowsIf: deleteConditionally(sdk),
    deleteRow: deleteOne(sdk),
    putRowIf: putConditionally(sdk),
    increment: addOne(sdk),
    incrementEach: addEach(sdk),
  };
}
