// Deletes the rows of revisions that no one can put in force again: those that an apply left behind which was killed, or whose
// clean-up failed. An apply deletes the same rows; this is for the time until the next one. Rows go one by one, by DeleteRow:
// the sweep may delete rules and may not write any.
import type { Clock } from '../../kernel/clock.ts';
import { Revision } from '../../kernel/names.ts';
import { ok, type Result } from '../../kernel/result.ts';
import type { StoreFault } from '../../kernel/store-fault.ts';
import { revisionOf } from './access-rows.ts';
import { recordKey } from './catalog-keys.ts';
import { deletableRevisions, type RevisionRecord, readHead, readRecord } from './revision-history.ts';
import { ACCESS, CATALOG } from './tables.ts';
import { type TablestoreFault, toStoreFault } from './tablestore-fault.ts';
import type { Row, Table, TablestoreRows } from './tablestore-rows.ts';

type Rows = Pick<TablestoreRows, 'getRows' | 'getPage' | 'deleteRow'>;
type Outcome<T> = Result<T, TablestoreFault>;

const PAGE_ROWS = 1_000;
/** The first characters of the keys of revisions, and what comes after the last. */
const [FIRST, AFTER_LAST] = ['0', '{'];

export interface DeletedRevisions {
  readonly revisions: number;
  readonly deleted: number;
  /** False: the time was over; the next run goes on. */
  readonly isFinished: boolean;
}

/**
 * The revisions that have rows in `catalog`, each with its record. Every revision has one, which is written first and deleted
 * last, so `access` need not be read to find them. Reads one row of each kind of row, and not all of them.
 */
async function findRecords(rows: Rows): Promise<Outcome<ReadonlyMap<Revision, RevisionRecord | undefined>>> {
  const records = new Map<Revision, RevisionRecord | undefined>();
  let from: readonly string[] | undefined = [FIRST];
  while (from !== undefined) {
    const page: Outcome<{ readonly rows: readonly Row[] }> = await rows.getPage(CATALOG, {
      from,
      to: [AFTER_LAST],
      limit: 1,
    });
    if (!page.ok) return page;
    const [row] = page.value.rows;
    const owner = Revision.safeParse(row && revisionOf(row)).data;
    if (row && owner && !records.has(owner)) records.set(owner, undefined);
    if (row && owner && row.key[0] === recordKey(owner)[0]) records.set(owner, readRecord(row));
    // U+0000 comes first: the next kind of row.
    from = row && [`${row.key[0]}\u0000`];
  }
  return ok(records);
}

/** Deletes the rows of one table for which `isOld`; gives how many, and whether it came to the end. */
async function deleteIn(rows: Rows, table: Table, isOld: (row: Row) => boolean, isOver: () => boolean) {
  let deleted = 0;
  let from: readonly string[] | undefined = [FIRST];
  while (from !== undefined) {
    if (isOver()) return ok({ deleted, isFinished: false });
    const page: Outcome<{ rows: readonly Row[]; next: readonly string[] | undefined }> = await rows.getPage(
      table,
      { from, to: [AFTER_LAST], limit: PAGE_ROWS },
    );
    if (!page.ok) return page;
    for (const row of page.value.rows.filter(isOld)) {
      const gone = await rows.deleteRow(table, row.key);
      if (!gone.ok) return gone;
      deleted += 1;
    }
    from = page.value.next;
  }
  return ok({ deleted, isFinished: true });
}

/** Deletes until all is done or `until` has passed. A run that is killed leaves the records, by which the next one goes on. */
export function createDeleteOldRevisions(rows: Rows, clock: Clock) {
  return async (until: Date): Promise<Result<DeletedRevisions, StoreFault>> => {
    const head = await readHead(rows);
    if (!head.ok) return toStoreFault(head.error);
    const found = await findRecords(rows);
    if (!found.ok) return toStoreFault(found.error);
    const records = new Map(
      [...found.value].flatMap(([revision, record]) => (record ? [[revision, record]] : [])),
    );
    const old = new Set<string>(deletableRevisions(found.value.keys(), head.value, records, clock.now()));
    if (old.size === 0) return ok({ revisions: 0, deleted: 0, isFinished: true });
    const isOver = () => clock.now() >= until;
    const isOld = (row: Row): boolean => old.has(revisionOf(row) ?? '');
    const isRecord = ({ key: [kind = ''] }: Row): boolean => kind.endsWith('+record');
    let deleted = 0;
    for (const [table, isWanted] of [
      [ACCESS, isOld],
      [CATALOG, (row: Row) => isOld(row) && !isRecord(row)],
      [CATALOG, isOld],
    ] as const) {
      const done = await deleteIn(rows, table, isWanted, isOver);
      if (!done.ok) return toStoreFault(done.error);
      deleted += done.value.deleted;
      if (!done.value.isFinished) return ok({ revisions: old.size, deleted, isFinished: false });
    }
    return ok({ revisions: old.size, deleted, isFinished: true });
  };
}
