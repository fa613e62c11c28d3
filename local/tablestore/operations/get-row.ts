// GetRow.
import { ok } from '../../../shared/kernel/result.ts';
import type { Outcome } from '../errors.ts';
import type { GetRowRequest, ResponseMessage } from '../protocol/messages.ts';
import { readProjection } from '../row/project-row.ts';
import { readRow } from './read-row.ts';
import { refuseTransaction } from './refuse-transaction.ts';
import { type RunContext, requireTable } from './run-context.ts';

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
