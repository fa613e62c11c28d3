// UpdateTable: options and reserved throughput; the primary key of a table never changes.
import { ok } from '../../../shared/kernel/result.ts';
import { invalid, type Outcome } from '../errors.ts';
import type { ResponseMessage, UpdateTableRequest } from '../protocol/messages.ts';
import { type RunContext, requireTable } from './run-context.ts';
import { checkOptions, checkReserved, optionsMessage, reservedMessage } from './table-options.ts';

export async function updateTable(
  { store }: RunContext,
  request: UpdateTableRequest,
): Promise<Outcome<ResponseMessage>> {
  if (request.streamSpec?.enableStream === true) return invalid('The local Tablestore has no streams.');
  return store.write(() => {
    const table = requireTable(store, request.tableName);
    if (!table.ok) return table;
    const options = checkOptions(request.tableOptions ?? {}, table.value.options);
    if (!options.ok) return options;
    const reserved = checkReserved({ ...table.value.reserved, ...request.reservedThroughput?.capacityUnit });
    if (!reserved.ok) return reserved;
    const updated = { ...table.value, options: options.value, reserved: reserved.value };
    store.saveTable(updated);
    return ok({
      reservedThroughputDetails: reservedMessage(updated),
      tableOptions: optionsMessage(updated.options),
    });
  });
}
