// From an operation's name to the function that carries it out.
import type { Outcome } from './errors.ts';
import { batchGetRow, batchWriteRow } from './operations/batch-operations.ts';
import { getRange, getRow } from './operations/read-operations.ts';
import type { RunContext } from './operations/run-context.ts';
import {
  createTable,
  deleteTable,
  describeTable,
  listTable,
  updateTable,
} from './operations/table-operations.ts';
import { deleteRow, putRow, updateRow } from './operations/write-operations.ts';
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

/** The request is decoded and permitted already. */
export function runOperation<O extends OtsOperation>(
  operation: O,
  context: RunContext,
  request: RequestByOperation[O],
): Promise<Outcome<ResponseMessage>> {
  return HANDLERS[operation](context, request);
}
