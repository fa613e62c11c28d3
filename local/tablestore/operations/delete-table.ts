// DeleteTable: the table and all its rows, in one transaction.
import { ok } from '../../../shared/kernel/result.ts';
import type { Outcome } from '../errors.ts';
import type { ResponseMessage, TableNameRequest } from '../protocol/messages.ts';
import { type RunContext, requireTable } from './run-context.ts';

export async function deleteTable(
  { store }: RunContext,
  request: TableNameRequest,
): Promise<Outcome<ResponseMessage>> {
  return store.write(() => {
    const table = requireTable(store, request.tableName);
    if (!table.ok) return table;
    store.removeTable(table.value);
    return ok({});
  });
}
