// Carries out one planned write. Must run inside Store.write: it reads, decides and writes as one step.
import { ok } from '../../../shared/kernel/result.ts';
import type { Outcome } from '../errors.ts';
import { encodeRow } from '../plain-buffer/encode-row.ts';
import { RETURN_TYPE, WRITE_TYPE } from '../protocol/messages.ts';
import { applyUpdate, putCells } from '../row/apply-update.ts';
import { checkCondition, readsFirst } from '../row/check-condition.ts';
import { liveRow, newestVersions } from '../row/live-row.ts';
import { capacityUnits, rowBytes } from '../row/row-size.ts';
import type { Store } from '../store/store.ts';
import type { StoredCell, StoredRow } from '../store/stored-row.ts';
import type { StoredTable } from '../store/table.ts';
import type { PlannedWrite } from './plan-write.ts';

export interface WrittenRow {
  readonly consumed: { readonly capacityUnit: { readonly read: number; readonly write: number } };
  readonly row?: Uint8Array;
}

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
