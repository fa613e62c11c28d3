// One row by its primary key: what GetRow and each row of BatchGetRow do.
import { ok } from '../../../shared/kernel/result.ts';
import { invalid, type Outcome } from '../errors.ts';
import { decodeRow } from '../plain-buffer/decode-row.ts';
import { encodeRow } from '../plain-buffer/encode-row.ts';
import type { PrimaryKeyColumn } from '../plain-buffer/value.ts';
import { checkPrimaryKey, type PrimaryKeyUse } from '../row/check-primary-key.ts';
import { liveRow } from '../row/live-row.ts';
import { type Projection, projectRow } from '../row/project-row.ts';
import { capacityUnits, rowBytes } from '../row/row-size.ts';
import type { StoredTable } from '../store/table.ts';
import type { RunContext } from './run-context.ts';

export interface ReadRow {
  readonly consumed: { readonly capacityUnit: { readonly read: number; readonly write: number } };
  /** Empty if there is no such row. */
  readonly row: Uint8Array;
}

const NO_ROW = new Uint8Array();

export function readRow(
  { store, now }: RunContext,
  table: StoredTable,
  keyBytes: Buffer,
  projection: Projection,
): Outcome<ReadRow> {
  const key = decodeKey(table, keyBytes, 'row');
  if (!key.ok) return key;
  const live = liveRow(store.findRow(table, key.value), table, now);
  const row = live === undefined ? undefined : projectRow(live, projection);
  return ok({
    consumed: { capacityUnit: { read: capacityUnits(row === undefined ? 0 : rowBytes(row)), write: 0 } },
    row: row === undefined ? NO_ROW : encodeRow({ ...row, deleteMarker: false }),
  });
}

export function decodeKey(
  table: StoredTable,
  bytes: Buffer,
  use: PrimaryKeyUse,
): Outcome<readonly PrimaryKeyColumn[]> {
  const decoded = decodeRow(bytes);
  if (!decoded.ok) return invalid(`Invalid primary key: ${decoded.error}.`);
  const checked = checkPrimaryKey(table, decoded.value.primaryKey, use);
  return checked.ok ? ok(decoded.value.primaryKey) : checked;
}
