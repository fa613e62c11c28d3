// Checks the attribute columns of a write against the limits. The row that they will change is not looked at.
import { ok } from '../../../shared/kernel/result.ts';
import { invalid, type Outcome } from '../errors.ts';
import { COLUMN_VALUE_MAX_BYTES, COLUMNS_PER_WRITE_MAX, NAME, ROW_WRITE_MAX_BYTES } from '../ots-limits.ts';
import type { Cell, PlainRow } from '../plain-buffer/value.ts';
import { isCellValue } from '../store/stored-row.ts';
import type { StoredTable } from '../store/table.ts';
import { NEVER_EXPIRES } from './live-row.ts';
import { rowBytes, valueBytes } from './row-size.ts';

const MS_PER_SECOND = 1000;

/** Names, sizes, versions and number of the cells of one write. */
export function checkCells(table: StoredTable, row: PlainRow, now: Date): Outcome<undefined> {
  if (row.cells.length > COLUMNS_PER_WRITE_MAX) {
    return invalid(
      `The number of attribute columns exceeds the limit, limit count: ${COLUMNS_PER_WRITE_MAX}, column count: ${row.cells.length}.`,
    );
  }
  const seen = new Set<string>();
  for (const cell of row.cells) {
    const checked = checkCell(table, cell, now);
    if (!checked.ok) return checked;
    const version = `${cell.name}@${cell.timestamp ?? ''}`;
    if (seen.has(version)) return invalid(`Duplicated attribute column name: '${cell.name}'.`);
    seen.add(version);
  }
  const bytes = rowBytes(row);
  if (bytes <= ROW_WRITE_MAX_BYTES) return ok(undefined);
  return invalid(`The total size of one row exceeds the limit: ${ROW_WRITE_MAX_BYTES}, row size: ${bytes}.`);
}

function checkCell(table: StoredTable, cell: Cell, now: Date): Outcome<undefined> {
  const { name, value } = cell;
  if (!NAME.test(name)) return invalid(`Invalid column name: '${name}'.`);
  if (table.primaryKey.some((column) => column.name === name)) {
    return invalid(`Duplicated attribute column name with primary key column: '${name}'.`);
  }
  const deletes = cell.operation === 'delete-all-versions' || cell.operation === 'delete-one-version';
  if (!deletes && !isCellValue(value)) return invalid(`The column '${name}' has no valid value.`);
  const bytes = valueBytes(value);
  if (bytes > COLUMN_VALUE_MAX_BYTES) {
    return invalid(
      `The length of attribute column: '${name}' exceeds the MaxLength: ${COLUMN_VALUE_MAX_BYTES} with CurrentLength: ${bytes}.`,
    );
  }
  if (cell.operation === 'increment' && value?.type !== 'integer') {
    return invalid(`Only INTEGER can be added to the column '${name}'.`);
  }
  return deletes ? checkDelete(cell) : checkVersion(table, cell, now);
}

function checkDelete(cell: Cell): Outcome<undefined> {
  const needsVersion = cell.operation === 'delete-one-version';
  if (needsVersion === (cell.timestamp !== undefined)) return ok(undefined);
  return invalid(
    `The version of the column '${cell.name}' to delete is ${needsVersion ? 'missing' : 'not allowed'}.`,
  );
}

/** The window of versions that a writer may choose: "Max versions and time to live", valid version range. */
function checkVersion(table: StoredTable, cell: Cell, now: Date): Outcome<undefined> {
  if (cell.timestamp === undefined) return ok(undefined);
  const { maxTimeDeviation, timeToLive } = table.options;
  const back = timeToLive === NEVER_EXPIRES ? maxTimeDeviation : Math.min(maxTimeDeviation, timeToLive);
  const age = BigInt(now.getTime()) - cell.timestamp;
  const allowed = age <= BigInt(back * MS_PER_SECOND) && -age < BigInt(maxTimeDeviation * MS_PER_SECOND);
  return allowed ? ok(undefined) : invalid(`The version of the column '${cell.name}' is out of range.`);
}
