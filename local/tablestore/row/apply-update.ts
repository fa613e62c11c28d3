// The cells of a row after an UpdateRow. Pure: old cells and changes in, new cells out.
import { ok } from '../../../shared/kernel/result.ts';
import { invalid, type Outcome } from '../errors.ts';
import type { Cell } from '../plain-buffer/value.ts';
import { isCellValue, type StoredCell } from '../store/stored-row.ts';
import { newestVersions, sortCells } from './live-row.ts';

const INT64_MIN = -(1n << 63n);
const INT64_MAX = (1n << 63n) - 1n;

export interface VersionRules {
  readonly now: bigint;
  readonly maxVersions: number;
}

/**
 * The cells after the changes, at most `maxVersions` for each column; refuses an increment of anything but an
 * integer.
 */
export function applyUpdate(
  old: readonly StoredCell[],
  changes: readonly Cell[],
  rules: VersionRules,
): Outcome<StoredCell[]> {
  let cells = [...old];
  for (const change of changes) {
    const changed = applyChange(cells, change, rules.now);
    if (!changed.ok) return changed;
    cells = changed.value;
  }
  return ok(newestVersions(sortCells(cells), rules.maxVersions));
}

/** The cells of a row after a PutRow, which keeps nothing of the old row. */
export function putCells(changes: readonly Cell[], rules: VersionRules): Outcome<StoredCell[]> {
  return applyUpdate([], changes, rules);
}

function applyChange(cells: StoredCell[], change: Cell, now: bigint): Outcome<StoredCell[]> {
  switch (change.operation) {
    case 'delete-all-versions':
      return ok(cells.filter((cell) => cell.name !== change.name));
    case 'delete-one-version':
      return ok(withoutVersion(cells, change.name, change.timestamp));
    case 'increment':
      return increment(cells, change, now);
    default:
      return setVersion(cells, change, change.timestamp ?? now);
  }
}

function setVersion(cells: StoredCell[], { name, value }: Cell, timestamp: bigint): Outcome<StoredCell[]> {
  if (!isCellValue(value)) return invalid(`The column '${name}' has no valid value.`);
  return ok([...withoutVersion(cells, name, timestamp), { name, value, timestamp }]);
}

function increment(cells: StoredCell[], change: Cell, now: bigint): Outcome<StoredCell[]> {
  const newest = newestVersion(cells, change.name);
  const before = newest?.value ?? { type: 'integer', value: 0n };
  if (before.type !== 'integer' || change.value?.type !== 'integer') {
    return invalid(`The column '${change.name}' is not INTEGER and can't be incremented.`);
  }
  const value = before.value + change.value.value;
  if (value < INT64_MIN || value > INT64_MAX) {
    return invalid(`The column '${change.name}' overflows when incremented.`);
  }
  // Never older than the version it adds to, or the sum would be hidden behind it.
  const written = change.timestamp ?? now;
  const timestamp = newest !== undefined && newest.timestamp > written ? newest.timestamp : written;
  return setVersion(cells, { name: change.name, value: { type: 'integer', value } }, timestamp);
}

function newestVersion(cells: readonly StoredCell[], name: string): StoredCell | undefined {
  return sortCells(cells.filter((cell) => cell.name === name))[0];
}

function withoutVersion(cells: StoredCell[], name: string, timestamp: bigint | undefined): StoredCell[] {
  return cells.filter((cell) => cell.name !== name || cell.timestamp !== timestamp);
}
