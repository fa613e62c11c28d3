// Creates the tables that are missing, and sets the time to live of those whose rows expire, which tables of earlier versions
// may lack. Safe to run again: it changes nothing else of a table, and deletes none.
import TableStore from 'tablestore';
import { ok, type Result } from '../../kernel/result.ts';
import { TABLES } from './tables.ts';
import type { TablestoreFault } from './tablestore-fault.ts';
import type { Table } from './tablestore-rows.ts';
import type { TablestoreSdk } from './tablestore-sdk.ts';

/** A table's time to live is at least a day and is enforced late, so expiry that matters is a column that Stint checks. */
const KEEP_FOREVER = -1;
const ONE_VERSION = 1;

const optionsOf = ({ keepSeconds }: Table) => ({
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

/** A table that Stint gives no time to live is left as it is: an operator may have set one, and expired rows are lost. */
async function keepFor(table: Table, sdk: TablestoreSdk): Promise<Result<unknown, TablestoreFault>> {
  if (table.keepSeconds === undefined) return ok(undefined);
  const tableName = table.name;
  const described = await sdk.call(true, (client) => client.describeTable({ tableName }));
  if (!described.ok || described.value.tableOptions.timeToLive === table.keepSeconds) return described;
  return sdk.call(true, (client) => client.updateTable({ tableName, tableOptions: optionsOf(table) }));
}

/** Gives the names of the tables that it created. */
export async function createTables(sdk: TablestoreSdk): Promise<Result<readonly string[], TablestoreFault>> {
  const made: string[] = [];
  for (const table of TABLES) {
    const answer = await sdk.call(true, (client) => client.createTable(creation(table)));
    if (answer.ok) made.push(table.name);
    else if (answer.error.code !== 'OTSObjectAlreadyExist') return answer;
    const kept = answer.ok ? answer : await keepFor(table, sdk);
    if (!kept.ok) return kept;
  }
  return ok(made);
}
