// Reads the access rules in force, to compare a document with them. Vending does not read this way: it reads every row.
import { ok, type Result } from '../kernel/result.ts';
import { type AccessHead, readHead } from './access-head.ts';
import { fromRows, type ReadRules, revisionOf } from './access-rows.ts';
import { ACCESS, CATALOG } from './tables.ts';
import type { TablestoreFault } from './tablestore-fault.ts';
import type { Row, Table, TablestoreRows } from './tablestore-rows.ts';

export interface StoredRow extends Row {
  readonly table: Table;
}
export interface CurrentAccess extends ReadRules {
  readonly head: AccessHead | undefined;
  /** Rows of other revisions, as they were after the head was read: old ones, and those of unfinished applies. */
  readonly others: readonly StoredRow[];
}

/** Every key starts with a lower-case hex digit, a letter or a digit. */
const FIRST = '0';
const AFTER_LAST = '{';

const NOTHING: ReadRules = { access: { providers: [], roles: [], grants: [] }, unreadable: 0 };

async function readAll(rows: TablestoreRows): Promise<Result<readonly StoredRow[], TablestoreFault>> {
  const all: StoredRow[] = [];
  for (const table of [CATALOG, ACCESS]) {
    const answer = await rows.getRange(table, FIRST, AFTER_LAST);
    if (!answer.ok) return answer;
    for (const row of answer.value) all.push({ ...row, table });
  }
  return ok(all);
}

export async function readCurrentAccess(
  rows: TablestoreRows,
): Promise<Result<CurrentAccess, TablestoreFault>> {
  const head = await readHead(rows);
  if (!head.ok) return head;
  const all = await readAll(rows);
  if (!all.ok) return all;
  const revision = head.value?.revision;
  const mine: StoredRow[] = [];
  const others: StoredRow[] = [];
  for (const row of all.value) {
    const owner = revisionOf(row);
    if (owner !== undefined) (owner === revision ? mine : others).push(row);
  }
  return ok({ ...(revision === undefined ? NOTHING : fromRows(revision, mine)), head: head.value, others });
}
