// From an operation's name to the function that carries it out.
import type { Outcome } from './errors.ts';
import { batchGetRow } from './operations/batch-get-row.ts';
import { batchWriteRow } from './operations/batch-write-row.ts';
import { createTable } from './operations/create-table.ts';
import { deleteTable } from './operations/delete-table.ts';
import { describeTable } from './operations/describe-table.ts';
import { getRange } from './operations/get-range.ts';
import { getRow } from './operations/get-row.ts';
import { listTable } from './operations/list-table.ts';
import type { RunContext } from './operations/run-context.ts';
import { updateTable } from './operations/update-table.ts';
import { deleteRow, putRow, updateRow } from './operations/write-one-row.ts';
import type { OtsOperation, RequestByOperation, ResponseMessage } from './protocol/messages.ts';

type Handlers = {
  readonly [O in OtsOperation]: (
    context: RunContext,
    request: RequestByOperation[O],
  ) => Promise<Outcome<ResponseMessage>>;
};

const HANDLERS: Handlers = {
  CreateTable: createTable,
  UpdateTable: updateTable,
  DescribeTable: describeTable,
  ListTable: listTable,
  DeleteTable: deleteTable,
  GetRow: getRow,
  PutRow: putRow,
  UpdateRow: updateRow,
  DeleteRow: deleteRow,
  BatchGetRow: batchGetRow,
  BatchWriteRow: batchWriteRow,
  GetRange: getRange,
};

export function runOperation<O extends OtsOperation>(
  operation: O,
  context: RunContext,
  request: RequestByOperation[O],
): Promise<Outcome<ResponseMessage>> {
  return HANDLERS[operation](context, request);
}
