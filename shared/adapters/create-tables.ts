// Creates the tables that are missing. Safe to run again; never changes or deletes a table.
import TableStore from 'tablestore';
import { ok, type Result } from '../kernel/result.ts';
import { TABLES } from './tables.ts';
import type { TablestoreFault } from './tablestore-fault.ts';
import type { Table } from './tablestore-rows.ts';
import type { TablestoreSdk } from './tablestore-sdk.ts';

/** What matters never expires by table TTL, which is late and at least a day: expiry is a column that is checked. */
const KEEP_FOREVER = -1;
const ONE_VERSION = 1;

const creation = (table: Table) => ({
  tableMeta: {
    tableName: table.name,
    primaryKey: table.key.map((name) => ({ name, type: TableStore.PrimaryKeyType.STRING })),
  },
  reservedThroughput: { capacityUnit: { read: 0, write: 0 } }, // pay as you go: reserved units bill when idle
  tableOptions: { timeToLive: table.keepSeconds ?? KEEP_FOREVER, maxVersions: ONE_VERSION },
});

/** The names of the tables that were made; an existing table is left as it is. */
export async function createTables(sdk: TablestoreSdk): Promise<Result<readonly string[], TablestoreFault>> {
  const made: string[] = [];
  for (const table of TABLES) {
    const answer = await sdk.call(true, (client) => client.createTable(creation(table)));
    if (answer.ok) made.push(table.name);
    else if (answer.error.code !== 'OTSObjectAlreadyExist') return answer;
  }
  return ok(made);
}
