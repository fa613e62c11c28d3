// The access rules in force: reads them, so that a document can be compared with them, and replaces them. All rows of the new
// rules are written first, invisible, then the head in one conditional write. Whatever fails, the rules in force are the old
// ones or the new ones, whole.

import { randomBytes } from 'node:crypto';
import * as z from 'zod';
import { Revision } from '../../kernel/names.ts';
import { err, ok, type Result } from '../../kernel/result.ts';
import type { CompiledAccess } from '../../rules/document/compiled-access.ts';
import type { EntryRevisions } from '../../rules/document/rules.ts';
import { createRulesReader, type ReadRules, type RowSet, revisionOf, toRows } from './access-rows.ts';
import { HEAD_KEY } from './catalog-keys.ts';
import { ACCESS, CATALOG } from './tables.ts';
import type { TablestoreFault } from './tablestore-fault.ts';
import type { Row, RowWrite, Table, TablestoreRows } from './tablestore-rows.ts';
import { deleteInBatches, putInBatches } from './write-in-batches.ts';

/** The head: the row that names the rules in force. The rows of a revision become visible, all at once, by changing it. */
const Columns = z.object({
  revision: Revision,
  previous: z.union([Revision, z.literal('')]),
  applied_at: z.iso.datetime(),
  applied_by: z.string(),
  document_sha256: z.string(),
});

interface AccessHead {
  readonly revision: Revision;
  readonly previous: Revision | undefined;
  readonly appliedAt: Date;
  readonly appliedBy: string;
  readonly documentSha256: string;
}

function toHead({ columns }: Row): AccessHead | undefined {
  const parsed = Columns.safeParse(columns);
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
async function readHead(rows: TablestoreRows): Promise<Result<AccessHead | undefined, TablestoreFault>> {
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

interface StoredKey extends Pick<Row, 'key'> {
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

/** Reads every row of the rules in force. Vend does not read this way: it reads the rows of one caller. */
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

const REVISION_BYTES = 10; // 80 random bits: no two applies share one

/** Instances may still read the revision before last for 5 s after a change; the rest allows for unequal clocks. */
const PREVIOUS_IN_USE_MS = 60_000;

/** The rules that the change was compared with: it takes effect only if they are still in force. */
export type WriteBase = Pick<CurrentAccess, 'head' | 'others'>;

interface WriteOrder {
  readonly base: WriteBase;
  readonly access: CompiledAccess;
  /** The revisions of the entries that stay as they are in the base. Absent: all entries are new. */
  readonly kept?: EntryRevisions;
  readonly appliedBy: string;
  readonly documentSha256: string;
  readonly now: Date;
  readonly onProgress: (written: number, total: number) => void;
}
interface Written {
  readonly head: AccessHead;
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
 * Only rows seen before the head changes are deleted. An apply that wrote such rows had read the head by then, so it
 * fails once ours succeeds; deleting what is found later could hit one that began after us and will succeed.
 */
function obsoleteRows({ head, others }: WriteBase, now: Date): readonly StoredKey[] {
  const inUse = head !== undefined && now.getTime() - head.appliedAt.getTime() < PREVIOUS_IN_USE_MS;
  return inUse ? others.filter((row) => revisionOf(row) !== head.previous) : others;
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
  const { base, access, kept, appliedBy, documentSha256, now } = order;
  const revision = Revision.parse(randomBytes(REVISION_BYTES).toString('hex'));
  const previous = base.head?.revision;
  const head: AccessHead = { revision, previous, appliedAt: now, appliedBy, documentSha256 };
  const writes = toRows(revision, access, kept);

  const put = await putInBatches(rows, writes, progressOf(writes, order));
  if (!put.ok) {
    await deleteInBatches(rows, writes); // if this fails too, the next apply does it
    return err({ kind: 'not-written', fault: put.error });
  }
  const flipped = await flip(rows, head, base.head);
  if (flipped === 'conflict') {
    await deleteInBatches(rows, writes);
    return err({ kind: 'conflict' });
  }
  // The rows stay: a write that arrives late makes them visible.
  if (flipped !== 'written') return err({ kind: 'unknown', fault: flipped.unknown });
  const cleaned = await deleteInBatches(rows, obsoleteRows(base, now));
  return ok({ head, cleanup: cleaned.ok ? undefined : cleaned.error });
}

function progressOf({ count: total }: RowSet, { onProgress }: WriteOrder): (count: number) => void {
  let written = 0;
  return (count) => {
    written += count;
    onProgress(written, total);
  };
}
