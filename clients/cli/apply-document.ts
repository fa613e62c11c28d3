// Compares an access document with the rules in force and, unless only asked to plan, puts it in force. Prints nothing.
import { createHash } from 'node:crypto';
import { type Change, diffAccess } from '../../shared/access/diff.ts';
import type { DocumentFault } from '../../shared/access/document-fault.ts';
import { type AccessChange, planAccess } from '../../shared/access/plan-access.ts';
import { type DocumentFiles, type ReadAccess, readDocuments } from '../../shared/access/read-documents.ts';
import { readCurrentAccess } from '../../shared/adapters/access-reader.ts';
import { type WriteFault, writeAccess } from '../../shared/adapters/access-writer.ts';
import type { RamPolicies } from '../../shared/adapters/ram-policies.ts';
import type { TablestoreFault } from '../../shared/adapters/tablestore-fault.ts';
import type { TablestoreRows } from '../../shared/adapters/tablestore-rows.ts';
import type { Revision } from '../../shared/kernel/names.ts';
import { err, ok, type Result } from '../../shared/kernel/result.ts';
import { type Rehearsal, rehearseDocument } from '../../shared/rehearse/rehearse-document.ts';
import { checkPinnedPolicies, type PinFault } from './check-pinned-policies.ts';
import { findWarnings, type Warnings } from './warnings.ts';

export interface ApplyOrder {
  readonly rows: TablestoreRows;
  readonly files: DocumentFiles;
  readonly appliedBy: string;
  readonly now: Date;
  /** Whom to ask whether pinned policies have changed; undefined to take them as they are. */
  readonly ram: RamPolicies | undefined;
  readonly dryRun?: boolean;
  /** Warnings are faults. */
  readonly strict?: boolean;
  /** Called before anything is written. */
  readonly onPlan?: (plan: Plan) => void;
  readonly onProgress?: (written: number, total: number) => void;
}
export interface Plan {
  /** What the changes mean for people. */
  readonly access: readonly AccessChange[];
  readonly changes: readonly Change[];
  /** Entries of the rules in force that cannot be read: they grant nothing, and applying replaces them. */
  readonly unreadable: number;
  readonly owners: ReadAccess['owners'];
  readonly warnings: Warnings;
  readonly tests: Rehearsal;
}
export interface Applied extends Plan {
  readonly result: 'planned' | 'unchanged' | 'applied';
  /** In force at the end; undefined when nothing was ever applied. */
  readonly revision: Revision | undefined;
  /** Why old rows could not be deleted; the rules are in force all the same. */
  readonly cleanup: TablestoreFault | undefined;
}
export type ApplyFault =
  | { readonly kind: 'document'; readonly faults: readonly DocumentFault[] }
  | PinFault
  | { readonly kind: 'warnings'; readonly warnings: Warnings }
  | { readonly kind: 'tests'; readonly tests: Rehearsal }
  | { readonly kind: 'not-read'; readonly fault: TablestoreFault }
  | WriteFault;

const ignore = () => undefined;

/** Of one file its text, so that it can be compared with the file's own hash; of several, of their names too. */
function hashOf([first, ...others]: DocumentFiles): string {
  const hash = createHash('sha256').update(first.text);
  for (const { name, text } of others) hash.update(`\0${name}\0`).update(text);
  return hash.digest('hex');
}

interface Checked {
  readonly read: ReadAccess;
  readonly warnings: Warnings;
  readonly tests: Rehearsal;
}

/** All that can be refused before the rules in force are read. A plan shows failing tests beside what it would do. */
async function checkDocuments({
  files,
  strict,
  dryRun,
  now,
}: ApplyOrder): Promise<Result<Checked, ApplyFault>> {
  const read = readDocuments(files);
  if (!read.ok) return err({ kind: 'document', faults: read.error });
  const warnings = findWarnings(read.value);
  if (strict && warnings.total > 0) return err({ kind: 'warnings', warnings });
  const tests = await rehearseDocument(read.value, now);
  if (tests.failed > 0 && !dryRun) return err({ kind: 'tests', tests });
  return ok({ read: read.value, warnings, tests });
}

export async function applyDocument(order: ApplyOrder): Promise<Result<Applied, ApplyFault>> {
  const checked = await checkDocuments(order);
  if (!checked.ok) return checked;
  const { read, warnings, tests } = checked.value;
  const { policies } = read.access;
  const compared = order.ram && (await checkPinnedPolicies(policies, read.place, order.ram));
  if (compared && !compared.ok) return compared;
  const current = await readCurrentAccess(order.rows);
  if (!current.ok) return err({ kind: 'not-read', fault: current.error });
  const { head, unreadable, access } = current.value;

  const plan: Plan = {
    access: planAccess(access, read.access),
    changes: diffAccess(access, read.access),
    unreadable,
    owners: read.owners,
    warnings,
    tests,
  };
  order.onPlan?.(plan);
  const same = head !== undefined && plan.changes.length === 0 && unreadable === 0;
  if (same || order.dryRun)
    return ok({
      ...plan,
      result: same ? 'unchanged' : 'planned',
      revision: head?.revision,
      cleanup: undefined,
    });

  const written = await writeAccess(order.rows, {
    current: current.value,
    access: read.access,
    appliedBy: order.appliedBy,
    documentSha256: hashOf(order.files),
    now: order.now,
    onProgress: order.onProgress ?? ignore,
  });
  if (!written.ok) return written;
  const { cleanup } = written.value;
  return ok({ ...plan, result: 'applied', revision: written.value.head.revision, cleanup });
}
