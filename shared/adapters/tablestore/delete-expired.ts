// Deletes rows that have expired, a page at a time, until all tables are done or the time is over. Where it ended is a row of
// table `sweep`, so that the next run goes on from there: a run that is killed loses some pages, which are read again.
import * as z from 'zod';
import type { Clock } from '../../kernel/clock.ts';
import { readJson } from '../../kernel/read-json.ts';
import { ok, type Result } from '../../kernel/result.ts';
import { EXPIRING_ROWS, type ExpiringRows, type RowState } from './expired-rows.ts';
import { POINTER_TIME } from './people-rows.ts';
import { SWEEP } from './tables.ts';
import type { TablestoreFault } from './tablestore-fault.ts';
import type { Row, RowDeletion, RowPage, Table, TablestoreRows } from './tablestore-rows.ts';
import { deleteInBatches, toBatches } from './write-in-batches.ts';

/** Bounds what is in memory: a person's row has a few KB, and a page 4 MB at most. */
const PAGE_ROWS = 1_000;

/** What a run did with the rows of one name. */
interface SweptRows {
  readonly name: string;
  readonly read: number;
  readonly deleted: number;
  readonly unreadable: number;
}

/** Rows whose work a fault ended; `cause` is Tablestore's code. */
interface FailedRows {
  readonly name: string;
  readonly cause: string;
}

export interface Swept {
  readonly rows: readonly SweptRows[];
  readonly failed: readonly FailedRows[];
  /** False: the time was over before the last table was done. */
  readonly isFinished: boolean;
}

type Rows = Pick<
  TablestoreRows,
  'getRows' | 'getPage' | 'putRows' | 'putRowIf' | 'deleteRows' | 'deleteRowsIf' | 'deleteRow'
>;
type Outcome<T> = Result<T, TablestoreFault>;

const sizeOfDeletion = (deletion: RowDeletion): number => Buffer.byteLength(JSON.stringify(deletion));

const CURSOR_KEY = ['expired'];
const Cursor = z.object({ name: z.string(), next: z.array(z.string()) });
type Cursor = z.infer<typeof Cursor>;

/** An unreadable cursor, and one of a name that is gone, begin again. */
async function readCursor(rows: Rows): Promise<Outcome<Cursor | undefined>> {
  const found = await rows.getRows(SWEEP, [CURSOR_KEY]);
  return found.ok ? ok(readJson(Cursor, found.value[0]?.columns['json'])) : found;
}

const keepCursor = (rows: Rows, cursor: Cursor | undefined): Promise<Outcome<void>> =>
  cursor === undefined
    ? rows.deleteRows(SWEEP, [CURSOR_KEY])
    : rows.putRows([{ table: SWEEP, key: CURSOR_KEY, columns: { json: JSON.stringify(cursor) } }]);

async function deleteSingly(rows: Rows, table: Table, expired: readonly Row[]): Promise<Outcome<number>> {
  for (const { key } of expired) {
    const deleted = await rows.deleteRow(table, key);
    if (!deleted.ok) return deleted;
  }
  return ok(expired.length);
}

/** A row that was renewed since its page was read stays: a person may sign on again at this moment. */
async function deleteIfSame(
  rows: Rows,
  table: Table,
  column: string,
  expired: readonly Row[],
): Promise<Outcome<number>> {
  const deletions = expired.map(({ key, columns }) => ({
    key,
    expected: { column, value: columns[column] ?? '' },
  }));
  let count = 0;
  for (const batch of toBatches(deletions, sizeOfDeletion)) {
    const deleted = await rows.deleteRowsIf(table, batch);
    if (!deleted.ok) return deleted;
    count += deleted.value;
  }
  return ok(count);
}

/** Gives how many were deleted. */
async function deleteExpiredRows(
  rows: Rows,
  { table, deleted }: ExpiringRows,
  expired: readonly Row[],
): Promise<Outcome<number>> {
  if (deleted === 'singly') return deleteSingly(rows, table, expired);
  if (deleted !== 'by-key') return deleteIfSame(rows, table, deleted.ifSame, expired);
  const done = await deleteInBatches(
    rows,
    expired.map(({ key }) => ({ table, key })),
  );
  return done.ok ? ok(expired.length) : done;
}

/** Only where the row is still there, and as every undated row is: one that was deleted meanwhile must not come back. */
async function dateNow(rows: Rows, { table }: ExpiringRows, undated: readonly Row[], now: Date) {
  for (const { key, columns } of undated) {
    const dated = { ...columns, [POINTER_TIME]: now.toISOString() };
    const expected = { column: 'version', value: columns['version'] ?? '' };
    const put = await rows.putRowIf({ table, key, columns: dated }, expected);
    if (!put.ok) return put;
  }
  return ok(undefined);
}

/** Handles one page; gives what was done with it. */
async function sweepPage(
  rows: Rows,
  kind: ExpiringRows,
  page: RowPage,
  now: Date,
): Promise<Outcome<SweptRows>> {
  const judged = page.rows.map((row) => ({ row, state: kind.judge(row, now) }));
  const those = (wanted: RowState) => judged.flatMap(({ row, state }) => (state === wanted ? row : []));
  const deleted = await deleteExpiredRows(rows, kind, those('expired'));
  if (!deleted.ok) return deleted;
  const dated = await dateNow(rows, kind, those('undated'), now);
  if (!dated.ok) return dated;
  const unreadable = those('unreadable').length;
  return ok({ name: kind.name, read: page.rows.length, deleted: deleted.value, unreadable });
}

const sum = (before: SweptRows, more: SweptRows): SweptRows => ({
  name: before.name,
  read: before.read + more.read,
  deleted: before.deleted + more.deleted,
  unreadable: before.unreadable + more.unreadable,
});

interface SweptKind {
  readonly swept: SweptRows;
  readonly isFinished: boolean;
}

/** One kind of rows, from `start` on. Handles one page at least, so that every run makes progress. */
async function sweepKind(
  rows: Rows,
  kind: ExpiringRows,
  start: readonly string[],
  isOver: () => boolean,
  now: Date,
): Promise<Outcome<SweptKind>> {
  let from: readonly string[] | undefined = start;
  let swept: SweptRows = { name: kind.name, read: 0, deleted: 0, unreadable: 0 };
  while (from !== undefined) {
    const page = await rows.getPage(kind.table, { from, to: [kind.to], limit: PAGE_ROWS });
    if (!page.ok) return page;
    const done = await sweepPage(rows, kind, page.value, now);
    if (!done.ok) return done;
    swept = sum(swept, done.value);
    from = page.value.next;
    const kept = await keepCursor(rows, from && { name: kind.name, next: [...from] });
    if (!kept.ok) return kept;
    if (from !== undefined && isOver()) return ok({ swept, isFinished: false });
  }
  return ok({ swept, isFinished: true });
}

/**
 * Deletes until all is done or `until` has passed. A fault ends the work on its kind of rows, whose turn comes again in the next
 * run, and not on the others: a fault that lasts, such as a missing permission, must not keep them for ever.
 */
type DeleteExpired = (until: Date) => Promise<Swept>;

/** The name under which the fault of the row of table `sweep` is told. */
const CURSOR_NAME = 'cursor';

export function createDeleteExpired(rows: Rows, clock: Clock): DeleteExpired {
  return async (until) => {
    const cursor = await readCursor(rows);
    if (!cursor.ok)
      return { rows: [], failed: [{ name: CURSOR_NAME, cause: cursor.error.code }], isFinished: true };
    const now = clock.now();
    const isOver = () => clock.now() >= until;
    const first = Math.max(
      EXPIRING_ROWS.findIndex(({ name }) => name === cursor.value?.name),
      0,
    );
    const swept: SweptRows[] = [];
    const failed: FailedRows[] = [];
    let isFinished = true;
    for (const kind of EXPIRING_ROWS.slice(first)) {
      const start = cursor.value?.name === kind.name ? cursor.value.next : [kind.from];
      const done = await sweepKind(rows, kind, start, isOver, now);
      if (!done.ok) {
        failed.push({ name: kind.name, cause: done.error.code });
        continue;
      }
      swept.push(done.value.swept);
      isFinished = done.value.isFinished;
      if (!isFinished) break;
    }
    return { rows: swept, failed, isFinished };
  };
}
