// A row at rest: PlainBuffer bytes, whose checksums tell if the disk returned something else than was written.
import { decodeRow } from '../plain-buffer/decode-row.ts';
import { encodeRow } from '../plain-buffer/encode-row.ts';
import type { Cell, CellValue, PlainValue, PrimaryKeyColumn } from '../plain-buffer/value.ts';

/** One version of one column. */
export interface StoredCell {
  readonly name: string;
  readonly value: CellValue;
  /** Milliseconds since 1970 unless the writer chose otherwise. */
  readonly timestamp: bigint;
}

export interface StoredRow {
  readonly primaryKey: readonly PrimaryKeyColumn[];
  /** By name, then newest version first. */
  readonly cells: readonly StoredCell[];
}

export function encodeStoredRow(row: StoredRow): Buffer {
  return encodeRow({ ...row, deleteMarker: false });
}

export function decodeStoredRow(bytes: Buffer): StoredRow {
  const row = decodeRow(bytes);
  if (!row.ok) throw new Error(`a stored row is damaged: ${row.error}`);
  return { primaryKey: row.value.primaryKey, cells: row.value.cells.map(toStoredCell) };
}

export function isCellValue(value: PlainValue | undefined): value is CellValue {
  return (
    value !== undefined &&
    value.type !== 'inf-min' &&
    value.type !== 'inf-max' &&
    value.type !== 'auto-increment'
  );
}

function toStoredCell({ name, value, timestamp }: Cell): StoredCell {
  if (!isCellValue(value) || timestamp === undefined) throw new Error('a stored row is damaged');
  return { name, value, timestamp };
}
