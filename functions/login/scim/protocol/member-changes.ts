// What a request says of the members of a group → ids of people to add and to remove. Members are not part of the resource's
// own values: a group may have thousands, and each is a row.

import * as z from 'zod';
import { err, ok, type Result } from '../../../../shared/kernel/result.ts';
import { GROUP, MEMBERS, resolvePath } from './attributes.ts';
import type { Filter } from './parse-filter.ts';
import type { PatchOperation, ReadPatch } from './patch-operations.ts';
import { parsePatchPath } from './patch-path.ts';
import { isUnassigned } from './resource-values.ts';
import { invalid, type ScimFault } from './scim-fault.ts';

/** In one list of a request. A directory of 10,000 people may have a group of all of them. */
const MAX_MEMBERS = 50_000;

export type MemberChange = { readonly kind: 'add' | 'remove' | 'replace'; readonly ids: readonly string[] };

const Member = z.union([z.string(), z.object({ value: z.string() }).transform(({ value }) => value)]);
const Members = z.union([z.array(Member).max(MAX_MEMBERS), Member.transform((one) => [one])]);

/** The ids of a list of members; of several mentions, one. Fails with `invalidValue`. */
export function readMemberIds(value: unknown): Result<readonly string[], ScimFault> {
  if (isUnassigned(value)) return ok([]);
  const parsed = Members.safeParse(value);
  return parsed.success
    ? ok([...new Set(parsed.data)])
    : err(
        invalid(
          'invalidValue',
          'scim-value',
          `members is a list of at most ${MAX_MEMBERS} objects with value.`,
        ),
      );
}

/** The ids in `value eq "id"`, and in several of these with `or`. */
function idsIn(filter: Filter): readonly string[] | undefined {
  if (filter.kind === 'or') {
    const [left, right] = [idsIn(filter.left), idsIn(filter.right)];
    return left && right && [...left, ...right];
  }
  const isEqual =
    filter.kind === 'compare' && filter.operator === 'eq' && filter.path.attribute.name === 'value';
  return isEqual && typeof filter.value === 'string' ? [filter.value] : undefined;
}

/** Whether the path leads to the members, by whichever of its spellings: none may reach the values of the group. */
const namesMembers = (path: string): boolean =>
  resolvePath(GROUP, path.split('[')[0] ?? '')?.attribute.name === MEMBERS;

function readChange({ op, path = '', value }: PatchOperation): Result<MemberChange, ScimFault> {
  const parsed = parsePatchPath(GROUP, path);
  if (!parsed.ok) return parsed;
  if (parsed.value.kind !== 'attribute' || parsed.value.sub)
    return err(
      invalid('mutability', 'scim-read-only', 'Add and remove members; a member cannot be changed.'),
    );
  const { filter } = parsed.value;
  if (filter) {
    const ids = idsIn(filter);
    if (!ids) return err(invalid('invalidFilter', 'scim-filter', 'Write members[value eq "id"].'));
    return op === 'remove'
      ? ok({ kind: 'remove', ids })
      : err(invalid('mutability', 'scim-read-only', 'Add and remove members; a member cannot be changed.'));
  }
  const ids = readMemberIds(value);
  if (!ids.ok) return ids;
  // Entra ID names in the value who is to go; without a value, all go. An empty list names no one, and must not empty the group.
  if (op === 'remove')
    return ok(
      value === undefined || value === null
        ? { kind: 'replace', ids: [] }
        : { kind: 'remove', ids: ids.value },
    );
  return ok({ kind: op, ids: ids.value });
}

interface SplitPatch {
  readonly changes: readonly MemberChange[];
  /** The operations on other attributes. */
  readonly rest: ReadPatch;
}

/** Fails with the fault of the first operation on members that cannot be carried out. */
export function splitMembers({ operations, optional }: ReadPatch): Result<SplitPatch, ScimFault> {
  const changes: MemberChange[] = [];
  const rest: PatchOperation[] = [];
  for (const operation of operations) {
    if (!namesMembers(operation.path ?? '')) {
      rest.push(operation);
      continue;
    }
    const change = readChange(operation);
    if (!change.ok) return change;
    changes.push(change.value);
  }
  return ok({ changes, rest: { operations: rest, optional } });
}
