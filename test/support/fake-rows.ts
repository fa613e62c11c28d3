// Tablestore's rows in memory, as faithful as TablestoreRows' own documentation; the contract suite compares them.
import { setImmediate } from 'node:timers/promises';
import type { TablestoreFault } from '../../shared/adapters/tablestore/tablestore-fault.ts';
import type {
  Expectation,
  Row,
  Table,
  TablestoreRows,
} from '../../shared/adapters/tablestore/tablestore-rows.ts';
import { err, ok } from '../../shared/kernel/result.ts';

const MAX_READ_ROWS = 100;
const MAX_WRITE_ROWS = 200;
const MAX_COLUMNS = 1024;
const MAX_BATCH_BYTES = 4 * 1024 * 1024;

const invalid = err<TablestoreFault>({ code: 'OTSParameterInvalid', requestId: undefined });

export type Operation = keyof TablestoreRows;
/** Called before each operation; what it returns is answered in the operation's place. */
export type Interception = (operation: Operation) => TablestoreFault | undefined;

export class FakeRows implements TablestoreRows {
  readonly #tables = new Map<string, Map<string, Row>>();
  intercept: Interception = () => undefined;

  #rowsOf(table: Table): Map<string, Row> {
    const rows = this.#tables.get(table.name) ?? new Map<string, Row>();
    this.#tables.set(table.name, rows);
    return rows;
  }

  /** Every row of the table, in the order of its key's bytes. */
  rows(table: Table): readonly Row[] {
    return [...this.#rowsOf(table).values()].sort((a, b) => compareKeys(a.key, b.key));
  }

  async #answer<T>(operation: Operation, work: () => T) {
    const fault = this.intercept(operation);
    await setImmediate(); // other callers run between a call and its effect, as they do over a network
    return fault ? err(fault) : work();
  }

  getRows: TablestoreRows['getRows'] = (table, keys) =>
    this.#answer('getRows', () =>
      keys.length === 0 || keys.length > MAX_READ_ROWS
        ? invalid
        : ok(keys.map((key) => this.#rowsOf(table).get(idOf(key)))),
    );

  #between(table: Table, from: string, to: string): readonly Row[] {
    return this.rows(table).filter(
      ({ key: [first = ''] }) => compareText(first, from) >= 0 && compareText(first, to) < 0,
    );
  }

  getRange: TablestoreRows['getRange'] = (table, from, to) =>
    this.#answer('getRange', () => ok(this.#between(table, from, to)));

  scanRange: TablestoreRows['scanRange'] = (table, from, to, onRow) =>
    this.#answer('scanRange', () => {
      for (const row of this.#between(table, from, to)) onRow(row);
      return ok(undefined);
    });

  getPage: TablestoreRows['getPage'] = (table, { from, to, limit, having, columns }) =>
    this.#answer('getPage', () => {
      if (limit <= 0) return invalid;
      const found = this.rows(table).filter(
        (row) =>
          compareKeys(from, row.key) <= 0 &&
          compareKeys(row.key, to) < 0 &&
          (!having || row.columns[having.column] === having.value) &&
          (!columns || columns.some((name) => name in row.columns)),
      );
      const rows = found.slice(0, limit).map((row) => (columns ? withColumns(row, columns) : row));
      return ok({ rows, next: found[limit]?.key });
    });

  putRows: TablestoreRows['putRows'] = (writes) =>
    this.#answer('putRows', () => {
      if (writes.length === 0 || writes.length > MAX_WRITE_ROWS) return invalid;
      if (Buffer.byteLength(JSON.stringify(writes)) > MAX_BATCH_BYTES) return invalid;
      if (writes.some(({ columns }) => Object.keys(columns).length > MAX_COLUMNS)) return invalid;
      for (const { table, key, columns } of writes) this.#put(table, { key, columns });
      return ok(undefined);
    });

  deleteRows: TablestoreRows['deleteRows'] = (table, keys) =>
    this.#answer('deleteRows', () => {
      if (keys.length === 0 || keys.length > MAX_WRITE_ROWS) return invalid;
      for (const key of keys) this.#rowsOf(table).delete(idOf(key));
      return ok(undefined);
    });

  deleteRowsIf: TablestoreRows['deleteRowsIf'] = (table, deletions) =>
    this.#answer('deleteRowsIf', () => {
      if (deletions.length === 0 || deletions.length > MAX_WRITE_ROWS) return invalid;
      if (Buffer.byteLength(JSON.stringify(deletions)) > MAX_BATCH_BYTES) return invalid;
      const rows = this.#rowsOf(table);
      const met = deletions.filter(({ key, expected }) => meets(rows.get(idOf(key)), expected));
      for (const { key } of met) rows.delete(idOf(key));
      return ok(met.length);
    });

  deleteRow: TablestoreRows['deleteRow'] = (table, key) =>
    this.#answer('deleteRow', () => {
      this.#rowsOf(table).delete(idOf(key));
      return ok(undefined);
    });

  putRowIf: TablestoreRows['putRowIf'] = ({ table, key, columns }, expected) =>
    this.#answer('putRowIf', () => {
      if (!meets(this.#rowsOf(table).get(idOf(key)), expected)) return ok('conflict');
      this.#put(table, { key, columns });
      return ok('written');
    });

  #add(table: Table, key: readonly string[], by: number): number {
    const columns = this.#rowsOf(table).get(idOf(key))?.columns ?? {};
    const count = Number(columns['n'] ?? 0) + by;
    this.#put(table, { key, columns: { ...columns, n: String(count) } });
    return count;
  }

  increment: TablestoreRows['increment'] = (table, key, by = 1) =>
    this.#answer('increment', () => ok(this.#add(table, key, by)));

  incrementEach: TablestoreRows['incrementEach'] = async (table, increments) => {
    const answer = await this.#answer('incrementEach', () => {
      const keys = new Set(increments.map(({ key }) => idOf(key)));
      if (keys.size === 0 || keys.size > MAX_WRITE_ROWS || keys.size < increments.length) return invalid;
      return ok(increments.map(({ key, by }) => ok(this.#add(table, key, by))));
    });
    return answer.ok ? answer.value : increments.map(() => answer);
  };

  #put(table: Table, { key, columns }: Row): void {
    this.#rowsOf(table).set(idOf(key), { key: [...key], columns: { ...columns } });
  }
}

const withColumns = ({ key, columns }: Row, wanted: readonly string[]): Row => ({
  key,
  columns: Object.fromEntries(Object.entries(columns).filter(([name]) => wanted.includes(name))),
});
const idOf = (key: readonly string[]): string => JSON.stringify(key);
const compareText = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

/** A key that another begins with comes before it. */
function compareKeys(a: readonly string[], b: readonly string[]): number {
  for (const [i, part] of a.entries()) {
    const other = b[i];
    if (other === undefined) return 1;
    const order = compareText(part, other);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

const meets = (row: Row | undefined, expected: Expectation): boolean =>
  expected === 'absent' ? row === undefined : row?.columns[expected.column] === expected.value;
