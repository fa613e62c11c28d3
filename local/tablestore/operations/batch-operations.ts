// BatchGetRow and BatchWriteRow: each row succeeds or fails on its own. All rows that a batch writes become durable together.
import { ok } from '../../../shared/kernel/result.ts';
import { invalid, type Outcome, type Refusal } from '../errors.ts';
import { SERVER_BUSY } from '../ots-faults.ts';
import { BATCH_GET_MAX_ROWS, BATCH_WRITE_MAX_BYTES, BATCH_WRITE_MAX_ROWS } from '../ots-limits.ts';
import type {
  BatchGetRowRequest,
  BatchWriteRowRequest,
  ResponseMessage,
  RowInBatchWrite,
} from '../protocol/messages.ts';
import { type Projection, readProjection } from '../row/project-row.ts';
import { orderedKey } from '../store/row-key.ts';
import type { StoredTable } from '../store/table.ts';
import { readRow } from './read-operations.ts';
import { isRowBusy, type RunContext, refuseTransaction, requireTable } from './run-context.ts';
import { type PlannedWrite, planWrite, writeRow } from './write-operations.ts';

interface CountedTable {
  readonly tableName: string;
  readonly rows: number;
}

/** Refuses a batch that is invalid as a whole, whatever its rows are. */
function checkBatchTables(tables: readonly CountedTable[], maxRows: number): Outcome<undefined> {
  if (tables.length === 0) return invalid('No operation is specified in the batch.');
  const names = new Set<string>();
  for (const { tableName, rows } of tables) {
    if (names.has(tableName)) return invalid(`Duplicated table name: '${tableName}'.`);
    if (rows === 0) return invalid(`No row is specified in table: '${tableName}'.`);
    names.add(tableName);
  }
  const count = tables.reduce((sum, { rows }) => sum + rows, 0);
  if (count <= maxRows) return ok(undefined);
  return invalid(`Rows count exceeds the upper limit: ${maxRows}.`);
}

type TableInBatch = BatchGetRowRequest['tables'][number];

/** BatchGetRow. */
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

interface TablePlan {
  readonly tableName: string;
  readonly table: Outcome<StoredTable>;
  readonly writes: readonly Outcome<PlannedWrite>[];
}

/** BatchWriteRow. */
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
