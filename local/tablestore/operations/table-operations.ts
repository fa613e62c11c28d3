// CreateTable, UpdateTable, DescribeTable, ListTable and DeleteTable. A request for a feature that this server lacks (indexes,
// streams, auto-increment) is refused, not ignored. The primary key of a table never changes.
import { ok } from '../../../shared/kernel/result.ts';
import { invalid, type Outcome, refuse } from '../errors.ts';
import {
  NAME,
  PRIMARY_KEY_COLUMNS_MAX,
  RESERVED_CAPACITY_UNITS_MAX,
  TABLES_PER_INSTANCE_MAX,
  TIME_TO_LIVE_MIN_SECONDS,
  VERSION_DEVIATION_DEFAULT_SECONDS,
} from '../ots-limits.ts';
import {
  type CapacityUnit,
  type CreateTableRequest,
  PRIMARY_KEY_TYPE,
  type PrimaryKeySchema,
  type ResponseMessage,
  TABLE_STATUS_ACTIVE,
  type TableNameRequest,
  type TableOptionsMessage,
  type UpdateTableRequest,
} from '../protocol/messages.ts';
import { NEVER_EXPIRES } from '../row/live-row.ts';
import type { PrimaryKeyDefinition, PrimaryKeyType, StoredTable, TableOptions } from '../store/table.ts';
import { type RunContext, requireTable } from './run-context.ts';

const DEFAULT_OPTIONS: TableOptions = {
  timeToLive: NEVER_EXPIRES,
  maxVersions: 1,
  maxTimeDeviation: VERSION_DEVIATION_DEFAULT_SECONDS,
  allowUpdate: true,
};

function checkOptions(asked: TableOptionsMessage, before: TableOptions): Outcome<TableOptions> {
  const options: TableOptions = {
    timeToLive: asked.timeToLive ?? before.timeToLive,
    maxVersions: asked.maxVersions ?? before.maxVersions,
    maxTimeDeviation:
      asked.deviationCellVersionInSec === undefined
        ? before.maxTimeDeviation
        : Number(asked.deviationCellVersionInSec),
    allowUpdate: asked.allowUpdate ?? before.allowUpdate,
  };
  if (options.timeToLive !== NEVER_EXPIRES && options.timeToLive < TIME_TO_LIVE_MIN_SECONDS) {
    return invalid(`TimeToLive must be -1 or at least ${TIME_TO_LIVE_MIN_SECONDS} seconds.`);
  }
  if (options.maxVersions < 1) return invalid('MaxVersions must be greater than 0.');
  if (options.maxTimeDeviation < 1) return invalid('DeviationCellVersionInSec must be greater than 0.');
  return ok(options);
}

function optionsMessage(options: TableOptions): TableOptionsMessage {
  return {
    timeToLive: options.timeToLive,
    maxVersions: options.maxVersions,
    deviationCellVersionInSec: String(options.maxTimeDeviation),
    allowUpdate: options.allowUpdate,
  };
}

function checkReserved(asked: CapacityUnit): Outcome<StoredTable['reserved']> {
  const { read, write } = asked;
  if (read === undefined || write === undefined) {
    return invalid('Both read and write capacity unit are required to create table.');
  }
  const inRange = [read, write].every((units) => units >= 0 && units <= RESERVED_CAPACITY_UNITS_MAX);
  return inRange ? ok({ read, write }) : invalid('The reserved throughput is out of range.');
}

function reservedMessage(table: StoredTable) {
  return { capacityUnit: table.reserved, lastIncreaseTime: String(table.reservedSince) };
}

const MS_PER_SECOND = 1000;

const TYPE_BY_NUMBER = new Map<number, PrimaryKeyType>([
  [PRIMARY_KEY_TYPE.integer, 'integer'],
  [PRIMARY_KEY_TYPE.string, 'string'],
  [PRIMARY_KEY_TYPE.blob, 'blob'],
]);

/** CreateTable. */
export async function createTable(
  { store, now }: RunContext,
  request: CreateTableRequest,
): Promise<Outcome<ResponseMessage>> {
  const planned = planTable(request, now);
  if (!planned.ok) return planned;
  return store.write(() => {
    if (store.findTable(planned.value.name) !== undefined) {
      return refuse('OTSObjectAlreadyExist', 'Requested table already exists.');
    }
    if (store.tableNames().length >= TABLES_PER_INSTANCE_MAX) {
      return refuse('OTSQuotaExhausted', 'Number of tables exceeded the quota.');
    }
    store.saveTable({ ...planned.value, id: store.nextTableId() });
    return ok({});
  });
}

function planTable(request: CreateTableRequest, now: Date): Outcome<Omit<StoredTable, 'id'>> {
  const { tableMeta, indexMetas, streamSpec } = request;
  if (!NAME.test(tableMeta.tableName)) return invalid(`Invalid table name: '${tableMeta.tableName}'.`);
  if (tableMeta.indexMeta.length + indexMetas.length > 0 || streamSpec?.enableStream === true) {
    return invalid('The local Tablestore has no indexes and no streams.');
  }
  const primaryKey = planPrimaryKey(tableMeta.primaryKey);
  if (!primaryKey.ok) return primaryKey;
  const reserved = checkReserved(request.reservedThroughput.capacityUnit);
  if (!reserved.ok) return reserved;
  const options = checkOptions(request.tableOptions ?? {}, DEFAULT_OPTIONS);
  if (!options.ok) return options;
  return ok({
    name: tableMeta.tableName,
    primaryKey: primaryKey.value,
    definedColumns: tableMeta.definedColumn,
    options: options.value,
    reserved: reserved.value,
    reservedSince: Math.floor(now.getTime() / MS_PER_SECOND),
  });
}

function planPrimaryKey(schema: readonly PrimaryKeySchema[]): Outcome<PrimaryKeyDefinition[]> {
  if (schema.length === 0 || schema.length > PRIMARY_KEY_COLUMNS_MAX) {
    return invalid(`The number of primary key columns must be in range: [1, ${PRIMARY_KEY_COLUMNS_MAX}].`);
  }
  const columns: PrimaryKeyDefinition[] = [];
  for (const { name, type, option } of schema) {
    const known = TYPE_BY_NUMBER.get(type);
    if (!NAME.test(name) || known === undefined) return invalid(`Invalid column name: '${name}'.`);
    if (option !== undefined) return invalid('The local Tablestore has no auto-increment primary keys.');
    if (columns.some((column) => column.name === name)) {
      return invalid(`Duplicated primary key name: '${name}'.`);
    }
    columns.push({ name, type: known });
  }
  return ok(columns);
}

/** UpdateTable: options and reserved throughput. */
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

/** DescribeTable. */
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

/** ListTable: the names, in order. */
export async function listTable({ store }: RunContext): Promise<Outcome<ResponseMessage>> {
  return ok({ tableNames: store.tableNames() });
}

/** DeleteTable: the table and all its rows, in one transaction. */
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
