// CreateTable. Refuses what this server does not have (indexes, streams, auto-increment) rather than ignoring it.
import { ok } from '../../../shared/kernel/result.ts';
import { invalid, type Outcome, refuse } from '../errors.ts';
import { NAME, PRIMARY_KEY_COLUMNS_MAX, TABLES_PER_INSTANCE_MAX } from '../ots-limits.ts';
import {
  type CreateTableRequest,
  PRIMARY_KEY_TYPE,
  type PrimaryKeySchema,
  type ResponseMessage,
} from '../protocol/messages.ts';
import type { PrimaryKeyDefinition, PrimaryKeyType, StoredTable } from '../store/table.ts';
import type { RunContext } from './run-context.ts';
import { checkOptions, checkReserved, DEFAULT_OPTIONS } from './table-options.ts';

const MS_PER_SECOND = 1000;

const TYPE_BY_NUMBER = new Map<number, PrimaryKeyType>([
  [PRIMARY_KEY_TYPE.integer, 'integer'],
  [PRIMARY_KEY_TYPE.string, 'string'],
  [PRIMARY_KEY_TYPE.blob, 'blob'],
]);

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
