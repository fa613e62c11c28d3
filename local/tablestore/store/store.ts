// Tables and rows in lmdb. Changes are made only inside `write`, and are on disk when its promise settles. All writes that arrive
// in one turn of the event loop share one transaction and one flush to disk.
import { type Database, open, type RootDatabase } from 'lmdb';
import { orderedKey, rowKey, tablePrefix } from './row-key.ts';
import { decodeStoredRow, encodeStoredRow, type StoredRow } from './stored-row.ts';
import type { StoredTable } from './table.ts';

interface Waiting {
  run(): void;
  settle(): void;
  fail(fault: unknown): void;
}

/** Makes concurrent writes durable together; a write's promise settles after the flush. */
export class GroupCommit {
  readonly #durably: (run: () => void) => void;
  #waiting: Waiting[] = [];

  /** `durably` runs a function in a transaction, all or nothing, and returns after it is on disk. */
  constructor(durably: (run: () => void) => void) {
    this.#durably = durably;
  }

  write<T>(change: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      let result: T;
      this.#waiting.push({
        run: () => {
          result = change();
        },
        settle: () => resolve(result),
        fail: reject,
      });
      if (this.#waiting.length === 1) setImmediate(() => this.#commit());
    });
  }

  #commit(): void {
    const group = this.#waiting;
    this.#waiting = [];
    try {
      this.#durably(() => {
        for (const write of group) write.run();
      });
    } catch (fault) {
      // The transaction was abandoned: none of the group happened.
      for (const write of group) write.fail(fault);
      return;
    }
    for (const write of group) write.settle();
  }
}

const LAST_TABLE_ID = 'last-table-id';

/** The tables and rows of one instance. */
export class Store {
  readonly #root: RootDatabase;
  readonly #tables: Database<StoredTable, string>;
  readonly #counters: Database<number, string>;
  readonly rows: Database<Buffer, Buffer>;
  readonly #group: GroupCommit;

  constructor(dataDir: string) {
    this.#root = open({ path: dataDir });
    this.#tables = this.#root.openDB({ name: 'tables', encoding: 'json' });
    this.#counters = this.#root.openDB({ name: 'counters', encoding: 'json' });
    this.rows = this.#root.openDB({ name: 'rows', encoding: 'binary', keyEncoding: 'binary' });
    // A synchronous transaction returns after fdatasync (counted: one each); the callback of lmdb 3.5.6's
    // asynchronous one is never called on Node.js 20.
    this.#group = new GroupCommit((run) => this.#root.transactionSync(run));
  }

  write<T>(change: () => T): Promise<T> {
    return this.#group.write(change);
  }

  findTable(name: string): StoredTable | undefined {
    return this.#tables.get(name);
  }

  tableNames(): string[] {
    return [...this.#tables.getKeys()];
  }

  saveTable(table: StoredTable): void {
    this.#tables.putSync(table.name, table);
  }

  nextTableId(): number {
    const id = (this.#counters.get(LAST_TABLE_ID) ?? 0) + 1;
    this.#counters.putSync(LAST_TABLE_ID, id);
    return id;
  }

  removeTable(table: StoredTable): void {
    this.#tables.removeSync(table.name);
    const range = { start: tablePrefix(table.id), end: tablePrefix(table.id + 1) };
    for (const key of [...this.rows.getKeys(range)]) this.rows.removeSync(key);
  }

  findRow(table: StoredTable, primaryKey: StoredRow['primaryKey']): StoredRow | undefined {
    const bytes = this.rows.getBinary(keyOf(table, primaryKey));
    return bytes === undefined ? undefined : decodeStoredRow(bytes);
  }

  saveRow(table: StoredTable, row: StoredRow): void {
    this.rows.putSync(keyOf(table, row.primaryKey), encodeStoredRow(row));
  }

  removeRow(table: StoredTable, primaryKey: StoredRow['primaryKey']): void {
    this.rows.removeSync(keyOf(table, primaryKey));
  }

  async close(): Promise<void> {
    // Writes that were accepted come before this one.
    await this.write(() => undefined);
    await this.#root.close();
  }
}

function keyOf(table: StoredTable, primaryKey: StoredRow['primaryKey']): Buffer {
  return rowKey(table.id, orderedKey(primaryKey.map(({ value }) => value)));
}
