// The revisions that were in force, as each one's record says: who applied it, when, from which files and what it changed. Also
// how many revisions are kept, and which may be deleted. A revision that was written and never came into force is not among
// them: the history goes from the head to the revision before, and so on.
import * as z from 'zod';
import { Revision } from '../../kernel/names.ts';
import { readJson } from '../../kernel/read-json.ts';
import { err, ok, type Result } from '../../kernel/result.ts';
import { Totals } from '../../rules/review/count-changes.ts';
import { HEAD_KEY, recordKey } from './catalog-keys.ts';
import { CATALOG } from './tables.ts';
import type { TablestoreFault } from './tablestore-fault.ts';
import type { Row, RowWrite, TablestoreRows } from './tablestore-rows.ts';

/**
 * So many revisions can be compared and put in force again, the one in force included: the last days of a team that changes
 * its rules daily. Every plan reads the rows of all of them, so more would slow each change down.
 */
export const KEPT_REVISIONS = 10;
/**
 * Of large documents fewer revisions are kept. Measured with three of 100,000 rows each, on two busy cores: a plan took 28 s and
 * 510 MB, an apply 52 s and 690 MB, an export 49 s and 630 MB.
 */
const MAX_KEPT_ROWS = 200_000;
/**
 * Always: the new one; the one before, to which people go back; and the one before that, which instances may read for 5 s
 * after the change.
 */
const MIN_KEPT_REVISIONS = 3;

/** The head: the row that names the rules in force. The rows of a revision become visible, all at once, by changing it. */
const HeadColumns = z.object({
  revision: Revision,
  previous: z.union([Revision, z.literal('')]),
  applied_at: z.iso.datetime(),
  applied_by: z.string(),
  document_sha256: z.string(),
});

export interface AccessHead {
  readonly revision: Revision;
  readonly previous: Revision | undefined;
  readonly appliedAt: Date;
  readonly appliedBy: string;
  readonly documentSha256: string;
}

function toHead({ columns }: Row): AccessHead | undefined {
  const parsed = HeadColumns.safeParse(columns);
  if (!parsed.success) return undefined;
  const { revision, previous, applied_at, applied_by, document_sha256 } = parsed.data;
  return {
    revision,
    previous: previous === '' ? undefined : previous,
    appliedAt: new Date(applied_at),
    appliedBy: applied_by,
    documentSha256: document_sha256,
  };
}

/** Undefined until the first apply. A head that cannot be read is a fault, so that it is not replaced blindly. */
export async function readHead(
  rows: Pick<TablestoreRows, 'getRows'>,
): Promise<Result<AccessHead | undefined, TablestoreFault>> {
  const answer = await rows.getRows(CATALOG, [HEAD_KEY]);
  if (!answer.ok) return answer;
  const [row] = answer.value;
  if (!row) return ok(undefined);
  const head = toHead(row);
  return head ? ok(head) : err({ code: 'HeadUnreadable', requestId: undefined });
}

/** Takes effect only if the head is still `base`. */
export function putHead(rows: TablestoreRows, head: AccessHead, base: AccessHead | undefined) {
  const write: RowWrite = {
    table: CATALOG,
    key: HEAD_KEY,
    columns: {
      revision: head.revision,
      previous: head.previous ?? '',
      applied_at: head.appliedAt.toISOString(),
      applied_by: head.appliedBy,
      document_sha256: head.documentSha256,
    },
  };
  return rows.putRowIf(write, base ? { column: 'revision', value: base.revision } : 'absent');
}

/** Names of the documents that a person gave, not their content. */
const FILE_NAMES = z.array(z.string());

const Stored = z.object({
  /** Counts from 1, by 1: the name of a revision for people. */
  number: z.int().min(1),
  previous: Revision.optional(),
  appliedAt: z.iso.datetime(),
  appliedBy: z.string(),
  documentSha256: z.string(),
  files: FILE_NAMES,
  totals: Totals,
  /** The revision that was put in force again. */
  rollbackOf: Revision.optional(),
  /** How many rows of rules were written: fewer are a revision with holes. 0: not counted, by an earlier version of Stint. */
  rows: z.int().min(0),
});

/** What is written with each revision. Holds no secret. */
export type RevisionRecord = z.infer<typeof Stored>;

const RECORD = 'json';

export const recordRow = (revision: Revision, record: RevisionRecord): RowWrite => ({
  table: CATALOG,
  key: recordKey(revision),
  columns: { [RECORD]: JSON.stringify(record) },
});

export const readRecord = ({ columns }: Pick<Row, 'columns'>): RevisionRecord | undefined =>
  readJson(Stored, columns[RECORD]);

/** One revision that is or was in force. `record` is undefined for those of earlier versions of Stint. */
export interface PastRevision {
  readonly revision: Revision;
  readonly number: number;
  readonly record: RevisionRecord | undefined;
}

export type Records = ReadonlyMap<string, RevisionRecord>;

/** From the revision in force to the first whose record is gone. */
export function historyOf(head: AccessHead | undefined, records: Records): readonly PastRevision[] {
  if (!head) return [];
  const history: PastRevision[] = [];
  const seen = new Set<Revision>();
  let revision: Revision | undefined = head.revision;
  while (revision !== undefined && !seen.has(revision)) {
    const record = records.get(revision);
    if (!record && history.at(-1)?.record) break;
    seen.add(revision);
    history.push({ revision, number: record?.number ?? numberWithout(revision, head), record });
    revision = record ? record.previous : revision === head.revision ? head.previous : undefined;
  }
  return history;
}

/** Earlier versions of Stint counted nothing, and kept two revisions. */
const numberWithout = (revision: Revision, head: AccessHead): number =>
  revision === head.revision && head.previous !== undefined ? 2 : 1;

/** The history as far as its revisions are kept, newest first. */
export function keptOf<One extends Pick<PastRevision, 'record'>>(history: readonly One[]): readonly One[] {
  let rows = 0;
  const kept: One[] = [];
  for (const past of history.slice(0, KEPT_REVISIONS)) {
    rows += past.record?.rows ?? 0;
    if (kept.length >= MIN_KEPT_REVISIONS && rows > MAX_KEPT_ROWS) break;
    kept.push(past);
  }
  return kept;
}

/**
 * Rows of an apply that has not come into force may be of one that is still under way, and its head would then name rules
 * that are gone. `writeAccess` gives up long before (MAX_WRITE_MS).
 */
const ABANDONED_AFTER_MS = 7 * 86_400_000;

/**
 * The revisions of which a sweeper may delete every row, its record last, at any time. `stored` are those that have rows.
 * Each is out of the history's kept part, which nothing can put in force again, or was written and abandoned a week ago.
 * Revisions without a record are left to the next apply, which deletes them under the protection of the head.
 */
export function deletableRevisions(
  stored: Iterable<Revision>,
  head: AccessHead | undefined,
  records: Records,
  now: Date,
): readonly Revision[] {
  if (!head) return [];
  const history = historyOf(head, records);
  const kept = new Set(keptOf(history).map(({ revision }) => revision));
  const past = new Set(history.map(({ revision }) => revision));
  return [...new Set(stored)].filter((revision) => {
    if (kept.has(revision)) return false;
    if (past.has(revision)) return true;
    const startedAt = records.get(revision)?.appliedAt;
    return startedAt !== undefined && now.getTime() - new Date(startedAt).getTime() > ABANDONED_AFTER_MS;
  });
}

/** The kept history, newest first: a read of one row for each revision. */
export async function readHistory(
  rows: Pick<TablestoreRows, 'getRows'>,
): Promise<Result<readonly KeptRevision[], TablestoreFault>> {
  const head = await readHead(rows);
  if (!head.ok || !head.value) return head.ok ? ok([]) : head;
  const records = new Map<string, RevisionRecord>();
  let next: Revision | undefined = head.value.revision;
  while (next !== undefined && records.size < KEPT_REVISIONS && !records.has(next)) {
    const answer = await rows.getRows(CATALOG, [recordKey(next)]);
    if (!answer.ok) return answer;
    const record: RevisionRecord | undefined = answer.value[0] && readRecord(answer.value[0]);
    if (!record) break;
    records.set(next, record);
    next = record.previous;
  }
  const { appliedAt, appliedBy, documentSha256 } = head.value;
  return ok(
    keptOf(historyOf(head.value, records)).map((past, i) => ({
      ...past,
      isInForce: i === 0,
      ...(i === 0 && !past.record ? { unrecorded: { appliedAt, appliedBy, documentSha256 } } : {}),
    })),
  );
}

export interface KeptRevision extends PastRevision {
  readonly isInForce: boolean;
  /** What the head says of a revision that an earlier version of Stint applied. */
  readonly unrecorded?: Pick<AccessHead, 'appliedAt' | 'appliedBy' | 'documentSha256'>;
}
