// The part of a stored row that can be read now: expired versions and versions beyond the table's number are left out.
import type { StoredCell, StoredRow } from '../store/stored-row.ts';
import type { StoredTable } from '../store/table.ts';

export const NEVER_EXPIRES = -1;
const MS_PER_SECOND = 1000;

/** A row whose every cell has expired does not exist; a row that was written without cells does. */
export function liveRow(row: StoredRow | undefined, table: StoredTable, now: Date): StoredRow | undefined {
  if (row === undefined) return undefined;
  const cells = newestVersions(unexpired(row.cells, table, now), table.options.maxVersions);
  if (cells.length === 0 && row.cells.length > 0) return undefined;
  return { primaryKey: row.primaryKey, cells };
}

/** Expects cells by name, newest first, and keeps that order. */
export function newestVersions(cells: readonly StoredCell[], count: number): StoredCell[] {
  let name: string | undefined;
  let seen = 0;
  return cells.filter((cell) => {
    seen = cell.name === name ? seen + 1 : 1;
    name = cell.name;
    return seen <= count;
  });
}

/** By name, then the newest version first. */
export function sortCells(cells: readonly StoredCell[]): StoredCell[] {
  return [...cells].sort((a, b) => {
    if (a.name !== b.name) return a.name < b.name ? -1 : 1;
    return a.timestamp === b.timestamp ? 0 : a.timestamp > b.timestamp ? -1 : 1;
  });
}

function unexpired(cells: readonly StoredCell[], table: StoredTable, now: Date): readonly StoredCell[] {
  const { timeToLive } = table.options;
  if (timeToLive === NEVER_EXPIRES) return cells;
  const oldest = BigInt(now.getTime() - timeToLive * MS_PER_SECOND);
  return cells.filter((cell) => cell.timestamp >= oldest);
}
