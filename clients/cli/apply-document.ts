// Compares an access document with the rules in force and, unless only asked to plan, puts it in force. Prints nothing.
import { createHash } from 'node:crypto';
import { type Change, diffAccess } from '../../shared/access/diff.ts';
import type { DocumentFault } from '../../shared/access/document-fault.ts';
import { readDocument } from '../../shared/access/read-document.ts';
import { readCurrentAccess } from '../../shared/adapters/access-reader.ts';
import { type WriteFault, writeAccess } from '../../shared/adapters/access-writer.ts';
import type { RamPolicies } from '../../shared/adapters/ram-policies.ts';
import type { TablestoreFault } from '../../shared/adapters/tablestore-fault.ts';
import type { TablestoreRows } from '../../shared/adapters/tablestore-rows.ts';
import type { Revision } from '../../shared/kernel/names.ts';
import { err, ok, type Result } from '../../shared/kernel/result.ts';
import { checkPinnedPolicies, type PinFault } from './check-pinned-policies.ts';

export interface ApplyOrder {
  readonly rows: TablestoreRows;
  /** The name of the document in faults; it is not opened. */
  readonly file: string;
  readonly text: string;
  readonly appliedBy: string;
  readonly now: Date;
  /** Whom to ask whether pinned policies have changed; undefined to take them as they are. */
  readonly ram: RamPolicies | undefined;
  readonly dryRun?: boolean;
  /** Called before anything is written. */
  readonly onPlan?: (plan: Plan) => void;
  readonly onProgress?: (written: number, total: number) => void;
}
export interface Plan {
  readonly changes: readonly Change[];
  /** Entries of the rules in force that cannot be read: they grant nothing, and applying replaces them. */
  readonly unreadable: number;
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
  | { readonly kind: 'not-read'; readonly fault: TablestoreFault }
  | WriteFault;

const ignore = () => undefined;

export async function applyDocument(order: ApplyOrder): Promise<Result<Applied, ApplyFault>> {
  const document = readDocument(order.file, order.text);
  if (!document.ok) return err({ kind: 'document', faults: document.error });
  const { policies } = document.value;
  const compared = order.ram && (await checkPinnedPolicies({ ...order, policies }, order.ram));
  if (compared && !compared.ok) return compared;
  const current = await readCurrentAccess(order.rows);
  if (!current.ok) return err({ kind: 'not-read', fault: current.error });
  const { head, unreadable, access } = current.value;

  const plan: Plan = { changes: diffAccess(access, document.value), unreadable };
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
    access: document.value,
    appliedBy: order.appliedBy,
    documentSha256: createHash('sha256').update(order.text).digest('hex'),
    now: order.now,
    onProgress: order.onProgress ?? ignore,
  });
  if (!written.ok) return written;
  const { cleanup } = written.value;
  return ok({ ...plan, result: 'applied', revision: written.value.head.revision, cleanup });
}
