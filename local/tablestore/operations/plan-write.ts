// A row's write, decoded and checked as far as possible without the row: what PutRow, UpdateRow, DeleteRow and the
// rows of BatchWriteRow have in common.
import { ok } from '../../../shared/kernel/result.ts';
import { invalid, type Outcome } from '../errors.ts';
import { decodeRow } from '../plain-buffer/decode-row.ts';
import type { PlainRow } from '../plain-buffer/value.ts';
import { RETURN_TYPE, type RowInBatchWrite, WRITE_TYPE } from '../protocol/messages.ts';
import { checkCells } from '../row/check-cells.ts';
import { decodeCondition, type RowCondition } from '../row/check-condition.ts';
import { checkPrimaryKey } from '../row/check-primary-key.ts';
import type { StoredTable } from '../store/table.ts';

export interface PlannedWrite {
  readonly type: number;
  readonly row: PlainRow;
  readonly condition: RowCondition;
  readonly returnType: number;
  readonly returnColumns: readonly string[];
}

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
