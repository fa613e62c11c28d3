// What makes a whole batch invalid, whatever its rows are.
import { ok } from '../../../shared/kernel/result.ts';
import { invalid, type Outcome } from '../errors.ts';

interface CountedTable {
  readonly tableName: string;
  readonly rows: number;
}

export function checkBatchTables(tables: readonly CountedTable[], maxRows: number): Outcome<undefined> {
  if (tables.length === 0) return invalid('No operation is specified in the batch.');
  const names = new Set<string>();
  for (const { tableName, rows } of tables) {
    if (names.has(tableName)) return invalid(`Duplicated table name: '${tableName}'.`);
    if (rows === 0) return invalid(`No row is specified in table: '${tableName}'.`);
    names.add(tableName);
  }
  const count = tables.reduce((sum, { rows }) => sum + rows, 0);
  if (count <= maxRows) return ok(undefined);
  return invalid(`Rows count exceeds the upper limit: ${maxRows}.`);
}
