// PutRow, UpdateRow and DeleteRow: one write, refused or done.
import { ok } from '../../../shared/kernel/result.ts';
import type { Outcome } from '../errors.ts';
import {
  type DeleteRowRequest,
  type PutRowRequest,
  type ResponseMessage,
  type RowInBatchWrite,
  type UpdateRowRequest,
  WRITE_TYPE,
} from '../protocol/messages.ts';
import { planWrite } from './plan-write.ts';
import { refuseTransaction } from './refuse-transaction.ts';
import { type RunContext, requireTable } from './run-context.ts';
import { writeRow } from './write-row.ts';

type SingleWriteRequest = PutRowRequest | UpdateRowRequest | DeleteRowRequest;

export function putRow(context: RunContext, request: PutRowRequest) {
  return writeOne(context, request, { ...request, type: WRITE_TYPE.put, rowChange: request.row });
}

export function updateRow(context: RunContext, request: UpdateRowRequest) {
  return writeOne(context, request, { ...request, type: WRITE_TYPE.update });
}

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
