// A row at rest: PlainBuffer bytes. Their checksums detect when the disk returns other bytes than were written.
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

/** The row as PlainBuffer. */
export function encodeStoredRow(row: StoredRow): Buffer {
  return encodeRow({ ...row, deleteMarker: false });
}

/** Throws if a checksum does not match: the disk returned other bytes than were written. */
export function decodeStoredRow(bytes: Buffer): StoredRow {
  const row = decodeRow(bytes);
  if (!row.ok) throw new Error(`a stored row is damaged: ${row.error}`);
  return { primaryKey: row.value.primaryKey, cells: row.value.cells.map(toStoredCell) };
}

/** Whether a value can be stored in a cell. */
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
