// DescribeTable.
import { ok } from '../../../shared/kernel/result.ts';
import type { Outcome } from '../errors.ts';
import {
  PRIMARY_KEY_TYPE,
  type ResponseMessage,
  TABLE_STATUS_ACTIVE,
  type TableNameRequest,
} from '../protocol/messages.ts';
import { type RunContext, requireTable } from './run-context.ts';
import { optionsMessage, reservedMessage } from './table-options.ts';

export async function describeTable(
  { store }: RunContext,
  request: TableNameRequest,
): Promise<Outcome<ResponseMessage>> {
  const found = requireTable(store, request.tableName);
  if (!found.ok) return found;
  const table = found.value;
  return ok({
    tableMeta: {
      tableName: table.name,
      primaryKey: table.primaryKey.map(({ name, type }) => ({ name, type: PRIMARY_KEY_TYPE[type] })),
      definedColumn: table.definedColumns,
    },
    reservedThroughputDetails: reservedMessage(table),
    tableOptions: optionsMessage(table.options),
    tableStatus: TABLE_STATUS_ACTIVE,
  });
}
