// BatchWriteRow: each row is written or refused for itself; all that are written become durable together.
import { ok } from '../../../shared/kernel/result.ts';
import { invalid, type Outcome, type Refusal } from '../errors.ts';
import { SERVER_BUSY } from '../ots-faults.ts';
import { BATCH_WRITE_MAX_BYTES, BATCH_WRITE_MAX_ROWS } from '../ots-limits.ts';
import type { BatchWriteRowRequest, ResponseMessage, RowInBatchWrite } from '../protocol/messages.ts';
import { orderedKey } from '../store/key-order.ts';
import type { StoredTable } from '../store/table.ts';
import { checkBatchTables } from './check-batch.ts';
import { type PlannedWrite, planWrite } from './plan-write.ts';
import { refuseTransaction } from './refuse-transaction.ts';
import { isRowBusy, type RunContext, requireTable } from './run-context.ts';
import { writeRow } from './write-row.ts';

interface TablePlan {
  readonly tableName: string;
  readonly table: Outcome<StoredTable>;
  readonly writes: readonly Outcome<PlannedWrite>[];
}

export async function batchWriteRow(
  context: RunContext,
  request: BatchWriteRowRequest,
): Promise<Outcome<ResponseMessage>> {
  const allowed = refuseTransaction(request);
  if (!allowed.ok) return allowed;
  const counted = request.tables.map(({ tableName, rows }) => ({ tableName, rows: rows.length }));
  const checked = checkBatchTables(counted, BATCH_WRITE_MAX_ROWS);
  if (!checked.ok) return checked;
  const bytes = request.tables
    .flatMap(({ rows }) => rows)
    .reduce((sum, row) => sum + row.rowChange.length, 0);
  if (bytes > BATCH_WRITE_MAX_BYTES) {
    return invalid(
      `The total data size of BatchWriteRow request exceeds the limit: ${BATCH_WRITE_MAX_BYTES}.`,
    );
  }
  return context.store.write(() => runBatch(context, request));
}

function runBatch(context: RunContext, request: BatchWriteRowRequest): Outcome<ResponseMessage> {
  const plans = request.tables.map(({ tableName, rows }) => planTable(context, tableName, rows));
  for (const plan of plans) {
    if (hasSameRowTwice(plan)) {
      return invalid(`Duplicated primary key of writing rows in table: '${plan.tableName}'.`);
    }
  }
  let index = 0;
  const tables = plans.map(({ tableName, table, writes }) => ({
    tableName,
    rows: writes.map((write) => {
      if (isRowBusy(context.fault, index++)) return rowRefused(SERVER_BUSY);
      if (!table.ok) return rowRefused(table.error);
      if (!write.ok) return rowRefused(write.error);
      const written = writeRow(context.store, table.value, write.value, context.now);
      return written.ok ? { isOk: true, ...written.value } : rowRefused(written.error);
    }),
  }));
  return ok({ tables });
}

function planTable(context: RunContext, tableName: string, rows: readonly RowInBatchWrite[]): TablePlan {
  const table = requireTable(context.store, tableName);
  const writes = rows.map((row) => (table.ok ? planWrite(table.value, row, context.now) : table));
  return { tableName, table, writes };
}

function hasSameRowTwice({ writes }: TablePlan): boolean {
  const keys = writes.flatMap((write) =>
    write.ok ? [orderedKey(write.value.row.primaryKey.map(({ value }) => value)).toString('latin1')] : [],
  );
  return new Set(keys).size < keys.length;
}

function rowRefused(error: Refusal): ResponseMessage {
  return { isOk: false, error };
}
