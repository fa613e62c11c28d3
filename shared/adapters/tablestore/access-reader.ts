// Reads the access rules in force, to compare a document with them. Vending does not read this way: it reads every row.
import { ok, type Result } from '../../kernel/result.ts';
import { type AccessHead, readHead } from './access-head.ts';
import { createRulesReader, type ReadRules, revisionOf } from './access-rows.ts';
import { ACCESS, CATALOG } from './tables.ts';
import type { TablestoreFault } from './tablestore-fault.ts';
import type { Row, Table, TablestoreRows } from './tablestore-rows.ts';

export interface StoredKey extends Pick<Row, 'key'> {
  readonly table: Table;
}
export interface CurrentAccess extends ReadRules {
  readonly head: AccessHead | undefined;
  /** Rows of other revisions, as they were after the head was read: old ones, and those of unfinished applies. */
  readonly others: readonly StoredKey[];
}

/** Every key starts with a lower-case hex digit, a letter or a digit. */
const FIRST = '0';
const AFTER_LAST = '{';

const NOTHING: ReadRules = {
  access: { providers: [], roles: [], grants: [] },
  entryRevisions: new Map(),
  unreadable: 0,
};

export async function readCurrentAccess(
  rows: TablestoreRows,
): Promise<Result<CurrentAccess, TablestoreFault>> {
  const head = await readHead(rows);
  if (!head.ok) return head;
  const revision = head.value?.revision;
  const reader = revision && createRulesReader(revision);
  const others: StoredKey[] = [];
  for (const table of [CATALOG, ACCESS]) {
    const scanned = await rows.scanRange(table, FIRST, AFTER_LAST, (row) => {
      const owner = revisionOf(row);
      if (owner === undefined) return;
      if (owner === revision) reader?.take(row);
      else others.push({ table, key: row.key });
    });
    if (!scanned.ok) return scanned;
  }
  return ok({ ...(reader?.rules() ?? NOTHING), head: head.value, others });
}
