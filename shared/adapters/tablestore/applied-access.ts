// The access rules in force: reads them, so that a document can be compared with them, and replaces them. All rows of the new
// rules are written first, invisible, then the head in one conditional write. Whatever fails, the rules in force are the old
// ones or the new ones, whole.

import { randomBytes } from 'node:crypto';
import { Revision } from '../../kernel/names.ts';
import { err, ok, type Result } from '../../kernel/result.ts';
import type { CompiledAccess, Supplement } from '../../rules/document/compiled-access.ts';
import type { EntryRevisions } from '../../rules/document/rules.ts';
import type { Totals } from '../../rules/review/count-changes.ts';
import { createRulesReader, type ReadRules, type RowSet, revisionOf, toRows } from './access-rows.ts';
import { recordKey, supplementKind } from './catalog-keys.ts';
import {
  type AccessHead,
  historyOf,
  keptOf,
  type PastRevision,
  putHead,
  type RevisionRecord,
  readHead,
  readRecord,
  recordRow,
} from './revision-history.ts';
import { NO_SUPPLEMENT, readSupplement, supplementRows } from './supplement-rows.ts';
import { ACCESS, CATALOG } from './tables.ts';
import type { TablestoreFault } from './tablestore-fault.ts';
import type { Row, RowWrite, Table, TablestoreRows } from './tablestore-rows.ts';
import { deleteInBatches, putInBatches } from './write-in-batches.ts';

interface StoredKey extends Pick<Row, 'key'> {
  readonly table: Table;
}
/** The rules of one revision and the rest of its documents. */
export interface StoredRevision extends ReadRules {
  /** Undefined when its rows cannot be read. */
  readonly supplement: Supplement | undefined;
  /** Rows that were written and are not there. */
  readonly missing: number;
}
export interface CurrentAccess extends ReadRules {
  readonly head: AccessHead | undefined;
  readonly supplement: Supplement;
  /** Rows of other revisions, as they were after the head was read: old ones, and those of unfinished applies. */
  readonly others: readonly StoredKey[];
  /** The revision in force and those before it, as far as their records are there. */
  readonly history: readonly PastRevision[];
  /** Of the kept revisions, those that were asked for. */
  readonly earlier: ReadonlyMap<Revision, StoredRevision>;
}

/** Every key starts with a lower-case hex digit, a letter or a digit. */
const FIRST = '0';
const AFTER_LAST = '{';

const NOTHING: ReadRules = {
  access: { providers: [], roles: [], grants: [] },
  entryRevisions: new Map(),
  unreadable: 0,
};

/** Takes the rows of one revision: rules, record and supplement. */
function createRevisionReader(revision: Revision) {
  const reader = createRulesReader(revision);
  const supplement: Row[] = [];
  let rules = 0;
  return {
    take(row: Row): void {
      const [kind] = row.key;
      if (kind === recordKey(revision)[0]) return;
      if (kind === supplementKind(revision)) {
        supplement.push(row);
        return;
      }
      rules += 1;
      reader.take(row);
    },
    read: (record: RevisionRecord | undefined): StoredRevision => ({
      ...reader.rules(),
      supplement: readSupplement(supplement),
      missing: record ? Math.max(0, record.rows - rules) : 0,
    }),
  };
}

/**
 * Reads every row of the rules in force, and of the revisions in `wanted`. Vend does not read this way: it reads the rows of
 * one caller.
 */
export async function readCurrentAccess(
  rows: TablestoreRows,
  wanted: readonly Revision[] = [],
): Promise<Result<CurrentAccess, TablestoreFault>> {
  const head = await readHead(rows);
  if (!head.ok) return head;
  const current = head.value?.revision;
  const names = new Set([...(current ? [current] : []), ...wanted]);
  const readers = new Map<string, ReturnType<typeof createRevisionReader>>(
    [...names].map((revision) => [revision, createRevisionReader(revision)]),
  );
  const records = new Map<string, RevisionRecord>();
  const others: StoredKey[] = [];
  for (const table of [CATALOG, ACCESS]) {
    const scanned = await rows.scanRange(table, FIRST, AFTER_LAST, (row) => {
      const owner = revisionOf(row);
      if (owner === undefined) return;
      readers.get(owner)?.take(row);
      const record = isRecord(row) ? readRecord(row) : undefined;
      if (record) records.set(owner, record);
      if (owner !== current) others.push({ table, key: row.key });
    });
    if (!scanned.ok) return scanned;
  }
  const read = new Map(
    [...names].flatMap((revision): readonly [Revision, StoredRevision][] => {
      const found = readers.get(revision)?.read(records.get(revision));
      return found ? [[revision, found]] : [];
    }),
  );
  const inForce = current ? read.get(current) : undefined;
  return ok({
    ...NOTHING,
    ...(inForce && toCurrent(inForce)),
    supplement: inForce?.supplement ?? NO_SUPPLEMENT,
    head: head.value,
    others,
    history: historyOf(head.value, records),
    earlier: read,
  });
}

const isRecord = ({ key: [kind = ''] }: Row): boolean => kind.endsWith('+record');

/** Rows that are gone, and a supplement that cannot be read, are mended by the next apply, as unreadable entries are. */
const toCurrent = ({ missing, supplement, ...rules }: StoredRevision): ReadRules => ({
  ...rules,
  unreadable: rules.unreadable + missing + (supplement ? 0 : 1),
});

const REVISION_BYTES = 10; // 80 random bits: no two applies share one

/**
 * A machine may sleep in the middle of a write. After this long the head is not changed any more, so that a sweeper can tell
 * abandoned rows by their age: see deletableRevisions.
 */
const MAX_WRITE_MS = 3_600_000;
const TOO_LATE: TablestoreFault = { code: 'WriteTooLate', requestId: undefined };

/** The rules that the change was compared with: it takes effect only if they are still in force. */
export type WriteBase = Pick<CurrentAccess, 'head' | 'others' | 'history'>;

interface WriteOrder {
  readonly base: WriteBase;
  readonly access: CompiledAccess;
  readonly supplement?: Supplement;
  /** The revisions of the entries that stay as they are in the base. Absent: all entries are new. */
  readonly kept?: EntryRevisions;
  readonly appliedBy: string;
  readonly documentSha256: string;
  /** Names of the documents. */
  readonly files?: readonly string[];
  readonly totals?: Totals;
  /** The earlier revision that is put in force again. */
  readonly rollbackOf?: Revision | undefined;
  readonly now: Date;
  readonly onProgress: (written: number, total: number) => void;
}
interface Written {
  readonly head: AccessHead;
  readonly number: number;
  /** Why rows of old revisions could not be deleted; they are invisible, and the next apply tries again. */
  readonly cleanup: TablestoreFault | undefined;
}
export type WriteFault =
  /** Another apply came first; nothing was changed. */
  | { readonly kind: 'conflict' }
  /** Nothing was changed. */
  | { readonly kind: 'not-written'; readonly fault: TablestoreFault }
  /** The head may still change: Tablestore did not report the outcome of the write. */
  | { readonly kind: 'unknown'; readonly fault: TablestoreFault };

/**
 * The rows of revisions that are no longer kept once `revision` is in force. Only rows seen before the head changes are
 * deleted. An apply that wrote such rows had read the head by then, so it fails once ours succeeds; deleting what is found
 * later could hit one that began after us and will succeed. Likewise a rollback to a revision that goes here had read the
 * head before, and fails.
 */
function obsoleteRows({ history, others }: WriteBase, written: PastRevision): readonly StoredKey[] {
  const kept = new Set<string>(keptOf([written, ...history]).map((past) => past.revision));
  return others.filter((row) => !kept.has(revisionOf(row) ?? ''));
}

/** The records last: as long as rows of a revision are there, its record says that it is past. */
async function deleteObsolete(rows: TablestoreRows, obsolete: readonly StoredKey[]) {
  const isRecordKey = ({ key: [kind = ''] }: StoredKey) => kind.endsWith('+record');
  const deleted = await deleteInBatches(
    rows,
    obsolete.filter((row) => !isRecordKey(row)),
  );
  return deleted.ok ? deleteInBatches(rows, obsolete.filter(isRecordKey)) : deleted;
}

type Flip = 'written' | 'conflict' | { readonly unknown: TablestoreFault };

/** After an unknown outcome the head is read: it is or was ours, it is another apply's for good, or it is the old one. */
async function flip(rows: TablestoreRows, head: AccessHead, base: AccessHead | undefined): Promise<Flip> {
  const answer = await putHead(rows, head, base);
  if (answer.ok) return answer.value;
  const found = await readHead(rows);
  if (!found.ok) return { unknown: answer.error };
  if (found.value?.revision === head.revision || found.value?.previous === head.revision) return 'written';
  return found.value?.revision === base?.revision ? { unknown: answer.error } : 'conflict';
}

/**
 * Puts rules in force if those they were compared with are still in force. On `conflict` and `not-written` nothing has
 * changed; on `unknown` the change may still take effect.
 */
export async function writeAccess(
  rows: TablestoreRows,
  order: WriteOrder,
): Promise<Result<Written, WriteFault>> {
  const { base, appliedBy, documentSha256, now } = order;
  const startedAt = Date.now();
  const revision = Revision.parse(randomBytes(REVISION_BYTES).toString('hex'));
  const previous = base.head?.revision;
  const head: AccessHead = { revision, previous, appliedAt: now, appliedBy, documentSha256 };
  const { writes, past } = revisionRows(revision, order);

  const put = await putInBatches(rows, writes, progressOf(writes, order));
  const isLate = Date.now() - startedAt > MAX_WRITE_MS;
  if (!put.ok || isLate) {
    await deleteInBatches(rows, writes); // if this fails too, the next apply does it
    return err({ kind: 'not-written', fault: put.ok ? TOO_LATE : put.error });
  }
  const flipped = await flip(rows, head, base.head);
  if (flipped === 'conflict') {
    await deleteInBatches(rows, writes);
    return err({ kind: 'conflict' });
  }
  // The rows stay: a write that arrives late makes them visible.
  if (flipped !== 'written') return err({ kind: 'unknown', fault: flipped.unknown });
  const cleaned = await deleteObsolete(rows, obsoleteRows(base, past));
  return ok({ head, number: past.number, cleanup: cleaned.ok ? undefined : cleaned.error });
}

/** All rows of the new revision, its record first, and its place in the history. */
function revisionRows(revision: Revision, order: WriteOrder): { writes: RowSet; past: PastRevision } {
  const { base, access, supplement = NO_SUPPLEMENT, kept, now } = order;
  const rules = toRows(revision, access, kept);
  const record: RevisionRecord = {
    number: (base.history[0]?.number ?? 0) + 1,
    ...(base.head ? { previous: base.head.revision } : {}),
    appliedAt: now.toISOString(),
    appliedBy: order.appliedBy,
    documentSha256: order.documentSha256,
    files: [...(order.files ?? [])],
    totals: order.totals ?? { removed: {}, added: {}, changed: {} },
    ...(order.rollbackOf === undefined ? {} : { rollbackOf: order.rollbackOf }),
    rows: rules.count,
  };
  const more = [
    recordRow(revision, record),
    ...recordOfEarlierVersion(base),
    ...supplementRows(revision, supplement),
  ];
  const writes = {
    count: more.length + rules.count,
    *[Symbol.iterator]() {
      yield* more;
      yield* rules;
    },
  };
  return { writes, past: { revision, number: record.number, record } };
}

/** Earlier versions of Stint wrote no record. With one, the revision stays in the history once another is in force. */
function recordOfEarlierVersion({ head, history }: WriteBase): readonly RowWrite[] {
  const [current] = history;
  if (!head || !current || current.record) return [];
  const record: RevisionRecord = {
    number: current.number,
    ...(head.previous === undefined ? {} : { previous: head.previous }),
    appliedAt: head.appliedAt.toISOString(),
    appliedBy: head.appliedBy,
    documentSha256: head.documentSha256,
    files: [],
    totals: { removed: {}, added: {}, changed: {} },
    rows: 0,
  };
  return [recordRow(head.revision, record)];
}

function progressOf({ count: total }: RowSet, { onProgress }: WriteOrder): (count: number) => void {
  let written = 0;
  return (count) => {
    written += count;
    onProgress(written, total);
  };
}
