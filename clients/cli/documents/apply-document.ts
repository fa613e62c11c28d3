// Compares access documents with the rules in force and, unless it only plans, puts them in force. It prints nothing.
import { createHash } from 'node:crypto';
import type { RamPolicies } from '../../../shared/adapters/alibaba-cloud/ram-policies.ts';
import {
  readCurrentAccess,
  type WriteBase,
  type WriteFault,
  writeAccess,
} from '../../../shared/adapters/tablestore/applied-access.ts';
import { readBlocks } from '../../../shared/adapters/tablestore/block-row.ts';
import type { TablestoreFault } from '../../../shared/adapters/tablestore/tablestore-fault.ts';
import type { TablestoreRows } from '../../../shared/adapters/tablestore/tablestore-rows.ts';
import type { Revision } from '../../../shared/kernel/names.ts';
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import { type PolicyTestResult, runPolicyTests } from '../../../shared/policy-tests/run-policy-tests.ts';
import type { Block } from '../../../shared/rules/blocks/block.ts';
import {
  type DocumentFiles,
  type ReadAccess,
  readDocuments,
} from '../../../shared/rules/compile/read-documents.ts';
import type { CompiledAccess } from '../../../shared/rules/document/compiled-access.ts';
import type { EntryRevisions } from '../../../shared/rules/document/rules.ts';
import { blocksOfRenamed } from '../../../shared/rules/review/blocks-of-renamed.ts';
import { blocksWithoutTarget } from '../../../shared/rules/review/blocks-without-target.ts';
import { countChanges, formatRemovals, type Totals } from '../../../shared/rules/review/count-changes.ts';
import { type Change, diffAccess, revisionsOfUnchanged } from '../../../shared/rules/review/diff.ts';
import { type AccessChange, planAccess } from '../../../shared/rules/review/plan-access.ts';
import type { DocumentFault } from '../../../shared/rules/values/document-fault.ts';
import { checkPinnedPolicies, type PinFault } from './check-pinned-policies.ts';
import { findWarnings, type Warnings } from './warnings.ts';

export interface ApplyRequest {
  readonly rows: TablestoreRows;
  readonly files: DocumentFiles;
  readonly appliedBy: string;
  readonly now: Date;
  /** Where pinned policies are compared with what RAM has now. Undefined: they are taken as they are. */
  readonly ram: RamPolicies | undefined;
  /** The earlier revision whose rules the files hold, when they are put in force again. */
  readonly rollbackOf?: Revision;
  /** Plans, and writes nothing. */
  readonly dryRun?: boolean;
  /** Treats warnings as faults. */
  readonly strict?: boolean;
  /** Called before anything is written. */
  readonly onPlan?: (plan: AccessPlan) => void;
  /** Asked before anything is written, with what the documents remove in words. Absent: they may remove anything. */
  readonly mayRemove?: (what: string) => Promise<MayRemove>;
  /** Called with numbers of rows. */
  readonly onProgress?: (written: number, total: number) => void;
}

/** `not-asked`: no person is there to be asked. */
export type MayRemove = 'yes' | 'no' | 'not-asked';

export interface AccessPlan {
  /** The rules that the documents say. */
  readonly wanted: CompiledAccess;
  /** What the changes mean for people. */
  readonly access: readonly AccessChange[];
  readonly changes: readonly Change[];
  readonly totals: Totals;
  /** Entries of the rules in force that cannot be read: they grant nothing, and applying replaces them. */
  readonly unreadable: number;
  /** Blocks in force that refuse nothing under these rules; undefined: the blocks cannot be read. */
  readonly blocksWithoutTarget: readonly Block[] | undefined;
  /** Blocks whose target may have another name under these rules; undefined with the blocks. */
  readonly blocksOfRenamed: readonly Block[] | undefined;
  readonly owners: ReadAccess['owners'];
  readonly warnings: Warnings;
  readonly tests: PolicyTestResult;
}
export interface ApplyOutcome extends AccessPlan {
  readonly result: 'planned' | 'unchanged' | 'applied';
  /** The revision in force at the end; undefined when nothing was ever applied. */
  readonly revision: Revision | undefined;
  /** Its number in the history; undefined with `revision`. */
  readonly number: number | undefined;
  /** Why old rows could not be deleted. The rules are in force all the same. */
  readonly cleanup: TablestoreFault | undefined;
}
export type ApplyFault =
  | { readonly kind: 'document'; readonly faults: readonly DocumentFault[] }
  | PinFault
  | { readonly kind: 'warnings'; readonly warnings: Warnings }
  | { readonly kind: 'tests'; readonly tests: PolicyTestResult }
  | { readonly kind: 'not-confirmed'; readonly removes: string; readonly answer: Exclude<MayRemove, 'yes'> }
  | { readonly kind: 'not-read'; readonly fault: TablestoreFault }
  | WriteFault;

const ignore = () => undefined;

/** SHA-256 of one file's text, so that a person can compare it with the file's own hash; of several files, with names. */
function hashOf([first, ...others]: DocumentFiles): string {
  const hash = createHash('sha256').update(first.text);
  for (const { name, text } of others) hash.update(`\0${name}\0`).update(text);
  return hash.digest('hex');
}

/** Without the source text: that of 100,000 grants would take memory that their comparison needs. */
interface Checked extends Pick<AccessPlan, 'owners' | 'warnings' | 'tests'> {
  readonly access: ReadAccess['access'];
}

/** Refuses what it can before the rules in force are read. A plan shows failing tests beside what would change. */
async function checkDocuments({
  files,
  strict,
  dryRun,
  now,
  ram,
}: ApplyRequest): Promise<Result<Checked, ApplyFault>> {
  const read = readDocuments(files);
  if (!read.ok) return err({ kind: 'document', faults: read.error });
  const warnings = findWarnings(read.value);
  if (strict && warnings.total > 0) return err({ kind: 'warnings', warnings });
  const tests = await runPolicyTests(read.value, now);
  if (tests.failed > 0 && !dryRun) return err({ kind: 'tests', tests });
  const { access, owners, place } = read.value;
  const compared = ram && (await checkPinnedPolicies(access.policies, place, ram));
  if (compared && !compared.ok) return compared;
  return ok({ access, owners, warnings, tests });
}

interface Compared {
  readonly plan: AccessPlan;
  readonly base: WriteBase;
  /** The revision in which each entry in force came in. */
  readonly entryRevisions: EntryRevisions;
}

async function compareWithCurrent(
  { rows, now }: ApplyRequest,
  { access: wanted, ...found }: Checked,
): Promise<Result<Compared, ApplyFault>> {
  const current = await readCurrentAccess(rows);
  if (!current.ok) return err({ kind: 'not-read', fault: current.error });
  const { access, entryRevisions, unreadable, supplement, ...base } = current.value;
  const blocks = await readBlocks(rows, now);
  const changes = diffAccess({ ...access, ...supplement }, wanted);
  const plan = {
    wanted,
    access: planAccess(access, wanted),
    changes,
    totals: countChanges(changes),
    unreadable,
    blocksWithoutTarget: blocks.ok ? blocksWithoutTarget(blocks.value, wanted) : undefined,
    blocksOfRenamed: blocks.ok ? blocksOfRenamed(blocks.value, access, wanted) : undefined,
    ...found,
  };
  return ok({ plan, base, entryRevisions });
}

async function confirmRemovals(
  { totals }: AccessPlan,
  { mayRemove }: ApplyRequest,
): Promise<Result<void, ApplyFault>> {
  const removes = formatRemovals(totals);
  if (removes === undefined || !mayRemove) return ok(undefined);
  const answer = await mayRemove(removes);
  return answer === 'yes' ? ok(undefined) : err({ kind: 'not-confirmed', removes, answer });
}

/** Fails without having changed anything, except with the fault `unknown`, where the write may have happened. */
export async function applyDocument(order: ApplyRequest): Promise<Result<ApplyOutcome, ApplyFault>> {
  const checked = await checkDocuments(order);
  if (!checked.ok) return checked;
  const compared = await compareWithCurrent(order, checked.value);
  if (!compared.ok) return compared;
  const { plan, base, entryRevisions } = compared.value;
  order.onPlan?.(plan);
  const same = base.head !== undefined && plan.changes.length === 0 && plan.unreadable === 0;
  if (same || order.dryRun)
    return ok({
      ...plan,
      result: same ? 'unchanged' : 'planned',
      revision: base.head?.revision,
      number: base.history[0]?.number,
      cleanup: undefined,
    });

  const confirmed = await confirmRemovals(plan, order);
  if (!confirmed.ok) return confirmed;
  const written = await writeAccess(order.rows, {
    base,
    access: checked.value.access,
    supplement: checked.value.access,
    files: order.files.map(({ name }) => name),
    totals: plan.totals,
    rollbackOf: order.rollbackOf,
    kept: revisionsOfUnchanged(entryRevisions, plan.changes),
    appliedBy: order.appliedBy,
    documentSha256: hashOf(order.files),
    now: order.now,
    onProgress: order.onProgress ?? ignore,
  });
  if (!written.ok) return written;
  const { head, number, cleanup } = written.value;
  return ok({ ...plan, result: 'applied', revision: head.revision, number, cleanup });
}
