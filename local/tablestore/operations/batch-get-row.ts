// BatchGetRow: each row succeeds or fails for itself.
import { ok } from '../../../shared/kernel/result.ts';
import type { Outcome, Refusal } from '../errors.ts';
import { SERVER_BUSY } from '../ots-faults.ts';
import { BATCH_GET_MAX_ROWS } from '../ots-limits.ts';
import type { BatchGetRowRequest, ResponseMessage } from '../protocol/messages.ts';
import { type Projection, readProjection } from '../row/project-row.ts';
import { checkBatchTables } from './check-batch.ts';
import { readRow } from './read-row.ts';
import { isRowBusy, type RunContext, requireTable } from './run-context.ts';

type TableInBatch = BatchGetRowRequest['tables'][number];

export async function batchGetRow(
  context: RunContext,
  request: BatchGetRowRequest,
): Promise<Outcome<ResponseMessage>> {
  const counted = request.tables.map(({ tableName, primaryKey }) => ({ tableName, rows: primaryKey.length }));
  const checked = checkBatchTables(counted, BATCH_GET_MAX_ROWS);
  if (!checked.ok) return checked;
  const tables: ResponseMessage[] = [];
  let index = 0;
  for (const table of request.tables) {
    const projection = readProjection(table);
    if (!projection.ok) return projection;
    tables.push(readTable(context, table, projection.value, index));
    index += table.primaryKey.length;
  }
  return ok({ tables });
}

function readTable(
  context: RunContext,
  { tableName, primaryKey }: TableInBatch,
  projection: Projection,
  firstIndex: number,
): ResponseMessage {
  const table = requireTable(context.store, tableName);
  const rows = primaryKey.map((key, position) => {
    if (isRowBusy(context.fault, firstIndex + position)) return rowRefused(SERVER_BUSY);
    const read = table.ok ? readRow(context, table.value, key, projection) : table;
    return read.ok ? { isOk: true, ...read.value } : rowRefused(read.error);
  });
  return { tableName, rows };
}

function rowRefused(error: Refusal): ResponseMessage {
  return { isOk: false, error };
}
