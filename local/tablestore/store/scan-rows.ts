// Rows of a table between two keys, in key order or against it.
import { highestKey, lowestKey, orderedKey, sharedPart } from './row-key.ts';
import type { Store } from './store.ts';
import { decodeStoredRow, type StoredRow } from './stored-row.ts';
import type { StoredTable } from './table.ts';

export interface Range {
  readonly inclusiveStart: Buffer;
  readonly exclusiveEnd: Buffer;
  readonly backward: boolean;
}

export interface ScannedRow {
  readonly row: StoredRow;
  readonly ordered: Buffer;
  /** As stored: what the scan limit counts. */
  readonly bytes: number;
}

/** Reads as it is iterated; expired rows are among those that it gives. */
export function* scanRows(store: Store, table: StoredTable, range: Range): Generator<ScannedRow> {
  let group: ScannedRow[] = [];
  let groupPart: Buffer | undefined;
  for (const { key, value } of store.rows.getRange(lmdbRange(table, range))) {
    const part = sharedPart(key);
    if (groupPart !== undefined && (part === undefined || !part.equals(groupPart))) {
      yield* inOrder(group, range);
      group = [];
    }
    groupPart = part;
    const row = decodeStoredRow(value);
    const scanned = { row, ordered: orderedKey(row.primaryKey.map((c) => c.value)), bytes: value.length };
    if (part !== undefined) group.push(scanned);
    else if (within(scanned, range)) yield scanned;
  }
  yield* inOrder(group, range);
}

function lmdbRange(table: StoredTable, range: Range) {
  if (range.backward) {
    const start = highestKey(table.id, range.inclusiveStart);
    return { start, end: lowestKey(table.id, range.exclusiveEnd), reverse: true };
  }
  const start = lowestKey(table.id, range.inclusiveStart);
  return { start, end: highestKey(table.id, range.exclusiveEnd) };
}

/** Rows whose keys were cut at the same bytes lie in the order of their hashes. */
function inOrder(group: readonly ScannedRow[], range: Range): ScannedRow[] {
  const sign = range.backward ? -1 : 1;
  return group
    .filter((scanned) => within(scanned, range))
    .sort((a, b) => sign * Buffer.compare(a.ordered, b.ordered));
}

function within({ ordered }: ScannedRow, { inclusiveStart, exclusiveEnd, backward }: Range): boolean {
  const fromStart = Buffer.compare(ordered, inclusiveStart);
  const fromEnd = Buffer.compare(ordered, exclusiveEnd);
  return backward ? fromStart <= 0 && fromEnd > 0 : fromStart >= 0 && fromEnd < 0;
}
