// Creates the tables that are missing, and sets the time to live of those whose rows expire, which tables of earlier versions
// may lack. Safe to run again: it changes nothing else of a table, and deletes none.
import { ok, type Result } from '../../kernel/result.ts';
import { createTable, findTable, setTimeToLive } from './manage-tables.ts';
import { TABLES } from './tables.ts';
import type { TablestoreFault } from './tablestore-fault.ts';
import type { Table } from './tablestore-rows.ts';
import type { TablestoreSdk } from './tablestore-sdk.ts';

/** A table that Stint gives no time to live is left as it is: an operator may have set one, and expired rows are lost. */
async function keepFor(table: Table, sdk: TablestoreSdk): Promise<Result<unknown, TablestoreFault>> {
  if (table.keepSeconds === undefined) return ok(undefined);
  const found = await findTable(sdk, table.name);
  if (!found.ok || found.value?.keepSeconds === table.keepSeconds) return found;
  return setTimeToLive(sdk, table);
}

/** Gives the names of the tables that it created. */
export async function createTables(sdk: TablestoreSdk): Promise<Result<readonly string[], TablestoreFault>> {
  const made: string[] = [];
  for (const table of TABLES) {
    const answer = await createTable(sdk, table);
    if (answer.ok) made.push(table.name);
    else if (answer.error.code !== 'OTSObjectAlreadyExist') return answer;
    const kept = answer.ok ? answer : await keepFor(table, sdk);
    if (!kept.ok) return kept;
  }
  return ok(made);
}
