// All grants to one principal share one Tablestore row: grants that do not fit in it are refused before anything is written.
import type { CompiledGrant, Recipient } from '../document/compiled-access.ts';
import type { PathFault } from '../values/document-fault.ts';

/** Tablestore accepts 1,024 columns a write. */
export const MAX_GRANTS_PER_PRINCIPAL = 1_000;

/** Tablestore accepts 4 MB a batch, key and column names included; the row is also read at every vend. */
export const MAX_PRINCIPAL_BYTES = 1_000_000;

const idOf = ({ provider, principal }: Recipient): string =>
  JSON.stringify([provider, principal.kind, principal.kind === 'any' ? '' : principal.name]);

/** Names the first grant that does not fit; `grant.order` is its position in the document. */
export function checkRowSizes(grants: readonly CompiledGrant[]): readonly PathFault[] {
  const rows = new Map<string, { count: number; bytes: number }>();
  const faults: PathFault[] = [];
  for (const { selector, grant } of grants) {
    const id = idOf(selector);
    const before = rows.get(id) ?? { count: 0, bytes: 0 };
    const size = Buffer.byteLength(JSON.stringify(grant));
    const after = { count: before.count + 1, bytes: before.bytes + size };
    rows.set(id, after);
    const refuse = (message: string) => faults.push({ path: ['grants', grant.order], message });
    if (before.count === MAX_GRANTS_PER_PRINCIPAL)
      refuse(`give one principal at most ${MAX_GRANTS_PER_PRINCIPAL} grants: use groups, or wider roles`);
    else if (before.bytes <= MAX_PRINCIPAL_BYTES && after.bytes > MAX_PRINCIPAL_BYTES)
      refuse(
        `give one principal at most ${MAX_PRINCIPAL_BYTES} bytes of grants: shorten the session policies`,
      );
  }
  return faults;
}
