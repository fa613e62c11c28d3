// Creates the tables that are missing, and gives those whose rows end by themselves the time that they end after, which
// tables of earlier versions may lack. Safe to run again; changes nothing else of a table, and deletes none.
import TableStore from 'tablestore';
import { ok, type Result } from '../../kernel/result.ts';
import { TABLES } from './tables.ts';
import type { TablestoreFault } from './tablestore-fault.ts';
import type { Table } from './tablestore-rows.ts';
import type { TablestoreSdk } from './tablestore-sdk.ts';

/** What matters never expires by table TTL, which is late and at least a day: expiry is a column that is checked. */
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

/** A table without an end of its own is left alone: somebody may have given it one, and rows that went are gone. */
async function keepFor(table: Table, sdk: TablestoreSdk): Promise<Result<unknown, TablestoreFault>> {
  if (table.keepSeconds === undefined) return ok(undefined);
  const tableName = table.name;
  const described = await sdk.call(true, (client) => client.describeTable({ tableName }));
  if (!described.ok || described.value.tableOptions.timeToLive === table.keepSeconds) return described;
  return sdk.call(true, (client) => client.updateTable({ tableName, tableOptions: optionsOf(table) }));
}

/** The names of the tables that were made. */
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
