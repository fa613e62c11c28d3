// PutRow, UpdateRow and DeleteRow. A write is decoded and checked first, as far as possible without the row; then it is
// carried out inside Store.write, which reads, decides and writes in one step. BatchWriteRow does both for each of its rows.
import { ok } from '../../../shared/kernel/result.ts';
import { invalid, type Outcome } from '../errors.ts';
import { decodeRow } from '../plain-buffer/decode-row.ts';
import { encodeRow } from '../plain-buffer/encode-row.ts';
import type { PlainRow } from '../plain-buffer/value.ts';
import {
  type DeleteRowRequest,
  type PutRowRequest,
  RETURN_TYPE,
  type ResponseMessage,
  type RowInBatchWrite,
  type UpdateRowRequest,
  WRITE_TYPE,
} from '../protocol/messages.ts';
import { applyUpdate, putCells } from '../row/apply-update.ts';
import { checkCells } from '../row/check-cells.ts';
import { checkCondition, decodeCondition, type RowCondition, readsFirst } from '../row/check-condition.ts';
import { checkPrimaryKey } from '../row/check-primary-key.ts';
import { liveRow, newestVersions } from '../row/live-row.ts';
import { capacityUnits, rowBytes } from '../row/row-size.ts';
import type { Store } from '../store/store.ts';
import type { StoredCell, StoredRow } from '../store/stored-row.ts';
import type { StoredTable } from '../store/table.ts';
import { type RunContext, refuseTransaction, requireTable } from './run-context.ts';

export interface PlannedWrite {
  readonly type: number;
  readonly row: PlainRow;
  readonly condition: RowCondition;
  readonly returnType: number;
  readonly returnColumns: readonly string[];
}

/** Decodes a write and checks what can be checked without the row. */
export function planWrite(table: StoredTable, write: RowInBatchWrite, now: Date): Outcome<PlannedWrite> {
  const decoded = decodeRow(write.rowChange);
  if (!decoded.ok) return invalid(`Invalid row: ${decoded.error}.`);
  const row = decoded.value;
  const key = checkPrimaryKey(table, row.primaryKey, 'row');
  if (!key.ok) return key;
  const shape = checkShape(table, write.type, row);
  if (!shape.ok) return shape;
  const cells = checkCells(table, row, now);
  if (!cells.ok) return cells;
  const condition = decodeCondition(write.condition);
  if (!condition.ok) return condition;
  return ok({
    type: write.type,
    row,
    condition: condition.value,
    returnType: write.returnContent?.returnType ?? RETURN_TYPE.none,
    returnColumns: write.returnContent?.returnColumnNames ?? [],
  });
}

function checkShape(table: StoredTable, type: number, row: PlainRow): Outcome<undefined> {
  switch (type) {
    case WRITE_TYPE.put:
      if (row.cells.every((cell) => cell.operation === undefined)) return ok(undefined);
      return invalid('PutRow takes values only.');
    case WRITE_TYPE.update:
      if (!table.options.allowUpdate) return invalid('The table does not allow UpdateRow.');
      return row.cells.length > 0 ? ok(undefined) : invalid('No column specified while updating row.');
    case WRITE_TYPE.delete:
      return row.cells.length === 0 ? ok(undefined) : invalid('DeleteRow takes a primary key only.');
    default:
      return invalid('Invalid operation type.');
  }
}

interface WrittenRow {
  readonly consumed: { readonly capacityUnit: { readonly read: number; readonly write: number } };
  readonly row?: Uint8Array;
}

/** Carries out a planned write; call it inside Store.write. */
export function writeRow(
  store: Store,
  table: StoredTable,
  write: PlannedWrite,
  now: Date,
): Outcome<WrittenRow> {
  const { condition, row } = write;
  const needsRow = readsFirst(condition) || write.type === WRITE_TYPE.update;
  const before = needsRow ? liveRow(store.findRow(table, row.primaryKey), table, now) : undefined;
  const allowed = checkCondition(condition, before);
  if (!allowed.ok) return allowed;
  const cells = cellsAfter(table, write, before, now);
  if (!cells.ok) return cells;
  save(store, table, write, before, cells.value);
  return ok({
    consumed: {
      capacityUnit: { read: readsFirst(condition) ? 1 : 0, write: capacityUnits(rowBytes(row)) },
    },
    ...returnedRow(write, cells.value),
  });
}

function cellsAfter(
  table: StoredTable,
  write: PlannedWrite,
  before: StoredRow | undefined,
  now: Date,
): Outcome<StoredCell[]> {
  const rules = { now: BigInt(now.getTime()), maxVersions: table.options.maxVersions };
  switch (write.type) {
    case WRITE_TYPE.put:
      return putCells(write.row.cells, rules);
    case WRITE_TYPE.update:
      return applyUpdate(before?.cells ?? [], write.row.cells, rules);
    default:
      return ok([]);
  }
}

function save(
  store: Store,
  table: StoredTable,
  write: PlannedWrite,
  before: StoredRow | undefined,
  cells: readonly StoredCell[],
): void {
  const { primaryKey } = write.row;
  // Deleting columns of a row that does not exist does not create it.
  const nothingToDo = write.type === WRITE_TYPE.update && before === undefined && cells.length === 0;
  if (write.type === WRITE_TYPE.delete) store.removeRow(table, primaryKey);
  else if (!nothingToDo) store.saveRow(table, { primaryKey, cells });
}

function returnedRow(write: PlannedWrite, cells: readonly StoredCell[]): { row?: Uint8Array } {
  if (write.returnType === RETURN_TYPE.primaryKey) {
    return { row: encodeRow({ primaryKey: write.row.primaryKey, cells: [], deleteMarker: false }) };
  }
  if (write.returnType !== RETURN_TYPE.afterModify) return {};
  const asked = cells.filter((cell) => write.returnColumns.includes(cell.name));
  return { row: encodeRow({ primaryKey: [], cells: newestVersions(asked, 1), deleteMarker: false }) };
}

type SingleWriteRequest = PutRowRequest | UpdateRowRequest | DeleteRowRequest;

/** PutRow. */
export function putRow(context: RunContext, request: PutRowRequest) {
  return writeOne(context, request, { ...request, type: WRITE_TYPE.put, rowChange: request.row });
}

/** UpdateRow. */
export function updateRow(context: RunContext, request: UpdateRowRequest) {
  return writeOne(context, request, { ...request, type: WRITE_TYPE.update });
}

/** DeleteRow. */
export function deleteRow(context: RunContext, request: DeleteRowRequest) {
  return writeOne(context, request, { ...request, type: WRITE_TYPE.delete, rowChange: request.primaryKey });
}

async function writeOne(
  { store, now }: RunContext,
  request: SingleWriteRequest,
  write: RowInBatchWrite,
): Promise<Outcome<ResponseMessage>> {
  const allowed = refuseTransaction(request);
  if (!allowed.ok) return allowed;
  return store.write(() => {
    const table = requireTable(store, request.tableName);
    if (!table.ok) return table;
    const planned = planWrite(table.value, write, now);
    if (!planned.ok) return planned;
    const written = writeRow(store, table.value, planned.value, now);
    return written.ok ? ok({ ...written.value }) : written;
  });
}
