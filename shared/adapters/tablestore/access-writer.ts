// Puts access rules in force: all rows first, invisible, then the head in one conditional write. Whatever goes wrong,
// the rules in force are the old ones or the new ones, whole.
import { randomBytes } from 'node:crypto';
import { Revision } from '../../kernel/names.ts';
import { err, ok, type Result } from '../../kernel/result.ts';
import type { CompiledAccess } from '../../rules/document/compiled-access.ts';
import type { EntryRevisions } from '../../rules/document/rules.ts';
import { type AccessHead, putHead, readHead } from './access-head.ts';
import type { CurrentAccess, StoredKey } from './access-reader.ts';
import { type RowSet, revisionOf, toRows } from './access-rows.ts';
import type { TablestoreFault } from './tablestore-fault.ts';
import type { TablestoreRows } from './tablestore-rows.ts';
import { deleteInBatches, putInBatches } from './write-in-batches.ts';

const REVISION_BYTES = 10; // 80 random bits: no two applies share one

/** Instances may still read the revision before last for 5 s after a change; the rest allows for unequal clocks. */
const PREVIOUS_IN_USE_MS = 60_000;

/** What the change was compared with: the write takes place only if it is still in force. */
export type WriteBase = Pick<CurrentAccess, 'head' | 'others'>;

export interface WriteOrder {
  readonly base: WriteBase;
  readonly access: CompiledAccess;
  /** Of the entries that stay as they are in the base. Absent: all come in anew. */
  readonly kept?: EntryRevisions;
  readonly appliedBy: string;
  readonly documentSha256: string;
  readonly now: Date;
  readonly onProgress: (written: number, total: number) => void;
}
export interface Written {
  readonly head: AccessHead;
  /** Why rows of old revisions could not be deleted; they are invisible, and the next apply tries again. */
  readonly cleanup: TablestoreFault | undefined;
}
export type WriteFault =
  /** Someone else applied meanwhile; nothing was changed. */
  | { readonly kind: 'conflict' }
  /** Nothing was changed. */
  | { readonly kind: 'not-written'; readonly fault: TablestoreFault }
  /** The head may still change: Tablestore did not say what became of the write. */
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

/** A write of unknown outcome is looked up: the head is or was ours, is someone else's for good, or is the old one. */
async function flip(rows: TablestoreRows, head: AccessHead, base: AccessHead | undefined): Promise<Flip> {
  const answer = await putHead(rows, head, base);
  if (answer.ok) return answer.value;
  const found = await readHead(rows);
  if (!found.ok) return { unknown: answer.error };
  if (found.value?.revision === head.revision || found.value?.previous === head.revision) return 'written';
  return found.value?.revision === base?.revision ? { unknown: answer.error } : 'conflict';
}

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
    await deleteInBatches(rows, writes); // should this fail too, the next apply does it
    return err({ kind: 'not-written', fault: put.error });
  }
  const flipped = await flip(rows, head, base.head);
  if (flipped === 'conflict') {
    await deleteInBatches(rows, writes);
    return err({ kind: 'conflict' });
  }
  // The rows stay: if the write arrives late after all, they are what it makes visible.
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
