// One table of Tablestore: what it is like, and how it is created, changed and deleted. `tables.ts` says which ones there are.
import TableStore from 'tablestore';
import { ok, type Result } from '../../kernel/result.ts';
import type { TablestoreFault } from './tablestore-fault.ts';
import type { Table } from './tablestore-rows.ts';
import type { TablestoreSdk } from './tablestore-sdk.ts';

/** A table's time to live is at least a day and is enforced late, so expiry that matters is a column that Stint checks. */
const KEEP_FOREVER = -1;
const ONE_VERSION = 1;

const optionsOf = ({ keepSeconds }: Pick<Table, 'keepSeconds'>) => ({
  timeToLive: keepSeconds ?? KEEP_FOREVER,
  maxVersions: ONE_VERSION,
});

const creation = (table: Table) => ({
  tableMeta: {
    tableName: table.name,
    primaryKey: table.key.map((name) => ({ name, type: TableStore.PrimaryKeyType.STRING })),
  },
  reservedThroughput: { capacityUnit: { read: 0, write: 0 } }, // pay as you go: reserved units bill when idle
  tableOptions: optionsOf(table),
});

/** `OTSObjectAlreadyExist` where it is there. */
export const createTable = (sdk: TablestoreSdk, table: Table): Promise<Result<unknown, TablestoreFault>> =>
  sdk.call(true, (client) => client.createTable(creation(table)));

/** Undefined: there is none of this name. `keepSeconds` is undefined where rows are kept for good. */
export async function findTable(
  sdk: TablestoreSdk,
  tableName: string,
): Promise<Result<Table | undefined, TablestoreFault>> {
  const described = await sdk.call(true, (client) => client.describeTable({ tableName }));
  if (!described.ok) return described.error.code === 'OTSObjectNotExist' ? ok(undefined) : described;
  const { tableMeta, tableOptions } = described.value;
  const [first = '', ...others] = tableMeta.primaryKey.map(({ name }) => name);
  const { timeToLive } = tableOptions;
  const key = [first, ...others] as const;
  return ok({ name: tableName, key, ...(timeToLive === KEEP_FOREVER ? {} : { keepSeconds: timeToLive }) });
}

export const setTimeToLive = (
  sdk: TablestoreSdk,
  table: Pick<Table, 'name' | 'keepSeconds'>,
): Promise<Result<unknown, TablestoreFault>> =>
  sdk.call(true, (client) => client.updateTable({ tableName: table.name, tableOptions: optionsOf(table) }));

/** With all its rows. */
export const deleteTable = (
  sdk: TablestoreSdk,
  tableName: string,
): Promise<Result<unknown, TablestoreFault>> => sdk.call(true, (client) => client.deleteTable({ tableName }));

/** The names of all tables of the instance. */
export async function listTables(sdk: TablestoreSdk): Promise<Result<readonly string[], TablestoreFault>> {
  const listed = await sdk.call(true, (client) => client.listTable({}));
  return listed.ok ? ok(listed.value.tableNames ?? listed.value.table_names ?? []) : listed;
}
