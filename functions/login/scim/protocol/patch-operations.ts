// The operations of a PATCH (RFC 7644 section 3.5.2), as Entra ID and Okta send them: `Add` for `add`, booleans as text, an
// operation without a path whose value has paths for names.

import * as z from 'zod';
import { err, ok, type Result } from '../../../../shared/kernel/result.ts';
import { foldCase } from '../../../../shared/people/directory.ts';
import { findMember, isComplex } from './resource-values.ts';
import { invalid, type ScimFault } from './scim-fault.ts';

export interface PatchOperation {
  readonly op: 'add' | 'replace' | 'remove';
  readonly path: string | undefined;
  readonly value: unknown;
}

/** Entra ID sends some hundred at most; each may read and write rows. A name in a value without a path counts as one. */
const MAX_OPERATIONS = 1_000;

const Operation = z.object({
  op: z
    .string()
    .transform(foldCase)
    .pipe(z.enum(['add', 'replace', 'remove'])),
  path: z.string().min(1).optional(),
  value: z.unknown().optional(),
});
const Operations = z.array(Operation).min(1).max(MAX_OPERATIONS);

const HELP = `Operations is a list of 1 to ${MAX_OPERATIONS} objects with op, path and value, which change ${MAX_OPERATIONS} attributes at most.`;

/** An operation on several attributes without a path → one for each name in its value. */
function spread({ op, path, value }: PatchOperation): Result<readonly PatchOperation[], ScimFault> {
  if (path !== undefined) return ok([{ op, path, value }]);
  if (op === 'remove') return err(invalid('noTarget', 'scim-no-target', 'remove needs a path.'));
  if (!isComplex(value))
    return err(invalid('invalidValue', 'scim-value', 'Without a path, value is an object.'));
  return ok(Object.entries(value).map(([name, one]) => ({ op, path: name, value: one })));
}

export interface ReadPatch {
  readonly operations: readonly PatchOperation[];
  /** Names in a value without a path. One that Stint does not keep is ignored, as in the body of a PUT. */
  readonly optional: ReadonlySet<PatchOperation>;
}

/** Fails with `invalidSyntax`, `noTarget` or `invalidValue`. */
export function readPatch(body: unknown): Result<ReadPatch, ScimFault> {
  const listed = isComplex(body) ? findMember(body, 'Operations') : undefined;
  const parsed = Operations.safeParse(listed);
  if (!parsed.success) return err(invalid('invalidSyntax', 'scim-body', HELP));
  const operations: PatchOperation[] = [];
  const optional = new Set<PatchOperation>();
  for (const { op, path, value } of parsed.data) {
    const several = spread({ op, path, value });
    if (!several.ok) return several;
    if (operations.length + several.value.length > MAX_OPERATIONS)
      return err(invalid('invalidSyntax', 'scim-body', HELP));
    operations.push(...several.value);
    if (path === undefined) for (const one of several.value) optional.add(one);
  }
  return ok({ operations, optional });
}
