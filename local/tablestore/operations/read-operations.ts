// GetRow and GetRange, and the reading of one row, which BatchGetRow does too.
import { ok } from '../../../shared/kernel/result.ts';
import { invalid, type Outcome } from '../errors.ts';
import { SCAN_MAX_BYTES, SCAN_MAX_ROWS } from '../ots-limits.ts';
import { decodeRow } from '../plain-buffer/decode-row.ts';
import { encodeRow, encodeRows } from '../plain-buffer/encode-row.ts';
import type { PrimaryKeyColumn } from '../plain-buffer/value.ts';
import {
  DIRECTION,
  type GetRangeRequest,
  type GetRowRequest,
  type ResponseMessage,
} from '../protocol/messages.ts';
import { checkPrimaryKey, type PrimaryKeyUse } from '../row/check-primary-key.ts';
import { liveRow } from '../row/live-row.ts';
import { type Projection, projectRow, readProjection } from '../row/project-row.ts';
import { capacityUnits, rowBytes } from '../row/row-size.ts';
import { orderedKey } from '../store/row-key.ts';
import { type Range, scanRows } from '../store/scan-rows.ts';
import type { StoredRow } from '../store/stored-row.ts';
import type { StoredTable } from '../store/table.ts';
import { type RunContext, refuseTransaction, requireTable } from './run-context.ts';

interface ReadRow {
  readonly consumed: { readonly capacityUnit: { readonly read: number; readonly write: number } };
  /** Empty if there is no such row. */
  readonly row: Uint8Array;
}

const NO_ROW = new Uint8Array();

/** One row by its primary key. */
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

function decodeKey(
  table: StoredTable,
  bytes: Buffer,
  use: PrimaryKeyUse,
): Outcome<readonly PrimaryKeyColumn[]> {
  const decoded = decodeRow(bytes);
  if (!decoded.ok) return invalid(`Invalid primary key: ${decoded.error}.`);
  const checked = checkPrimaryKey(table, decoded.value.primaryKey, use);
  return checked.ok ? ok(decoded.value.primaryKey) : checked;
}

/** GetRow. */
export async function getRow(context: RunContext, request: GetRowRequest): Promise<Outcome<ResponseMessage>> {
  const allowed = refuseTransaction(request);
  if (!allowed.ok) return allowed;
  const table = requireTable(context.store, request.tableName);
  if (!table.ok) return table;
  const projection = readProjection(request);
  if (!projection.ok) return projection;
  const read = readRow(context, table.value, request.primaryKey, projection.value);
  return read.ok ? ok({ ...read.value }) : read;
}

interface Page {
  readonly rows: readonly StoredRow[];
  readonly next: StoredRow | undefined;
  readonly bytes: number;
}

/** GetRange: rows in key order, bounded by the caller's limit and by how much one call may scan. */
export async function getRange(
  context: RunContext,
  request: GetRangeRequest,
): Promise<Outcome<ResponseMessage>> {
  const allowed = refuseTransaction(request);
  if (!allowed.ok) return allowed;
  const table = requireTable(context.store, request.tableName);
  if (!table.ok) return table;
  const projection = readProjection(request);
  if (!projection.ok) return projection;
  const range = readRange(table.value, request);
  if (!range.ok) return range;
  if (request.limit !== undefined && request.limit <= 0) return invalid('The limit must be greater than 0.');
  const limit = Math.min(request.limit ?? SCAN_MAX_ROWS, SCAN_MAX_ROWS);
  const page = scanPage(context, table.value, range.value, projection.value, limit);
  return ok({
    consumed: { capacityUnit: { read: capacityUnits(page.bytes), write: 0 } },
    rows: page.rows.length === 0 ? new Uint8Array() : encodeRows(page.rows.map(asPlainRow)),
    ...(page.next && { nextStartPrimaryKey: encodeRow(asPlainRow({ ...page.next, cells: [] })) }),
  });
}

function readRange(table: StoredTable, request: GetRangeRequest): Outcome<Range> {
  const start = decodeKey(table, request.inclusiveStartPrimaryKey, 'bound');
  if (!start.ok) return start;
  const end = decodeKey(table, request.exclusiveEndPrimaryKey, 'bound');
  if (!end.ok) return end;
  const backward = request.direction === DIRECTION.backward;
  const inclusiveStart = orderedKey(start.value.map(({ value }) => value));
  const exclusiveEnd = orderedKey(end.value.map(({ value }) => value));
  const order = Buffer.compare(inclusiveStart, exclusiveEnd);
  if (!backward && order > 0) return invalid('Begin key must less than end key in FORWARD');
  if (backward && order < 0) return invalid('Begin key must more than end key in BACKWARD');
  return ok({ inclusiveStart, exclusiveEnd, backward });
}

/** Expired rows and rows that the filter refuses count as scanned, but not towards the caller's limit. */
function scanPage(
  { store, now }: RunContext,
  table: StoredTable,
  range: Range,
  projection: Projection,
  limit: number,
): Page {
  const rows: StoredRow[] = [];
  let scannedRows = 0;
  let scannedBytes = 0;
  let bytes = 0;
  for (const scanned of scanRows(store, table, range)) {
    const full = rows.length >= limit || scannedRows >= SCAN_MAX_ROWS || scannedBytes >= SCAN_MAX_BYTES;
    if (full) return { rows, next: scanned.row, bytes };
    scannedRows += 1;
    scannedBytes += scanned.bytes;
    const live = liveRow(scanned.row, table, now);
    if (live === undefined) continue;
    bytes += rowBytes(live);
    const row = projectRow(live, projection);
    if (row !== undefined) rows.push(row);
  }
  return { rows, next: undefined, bytes };
}

function asPlainRow(row: StoredRow) {
  return { ...row, deleteMarker: false };
}
