// /Groups: groups, and who is in them. The members of a group are rows; a request that changes them holds the lock of the group.
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import { type DirectoryResource, ResourceId } from '../../../shared/people/directory.ts';
import { PrincipalName } from '../../../shared/rules/values/principal-key.ts';
import { contentOf, createResource, findLive, type ResourceChange, valuesOf } from './change-resource.ts';
import { changeWhenFree, lockOf, unlock } from './lock-group.ts';
import { applyPatch } from './protocol/apply-patch.ts';
import { GROUP, MEMBERS } from './protocol/attributes.ts';
import { type MemberChange, readMemberIds, splitMembers } from './protocol/member-changes.ts';
import { readPatch } from './protocol/patch-operations.ts';
import {
  findMember,
  isComplex,
  readResource,
  requireAttributes,
  type ScimComplex,
} from './protocol/resource-values.ts';
import { invalid, type ScimFault } from './protocol/scim-fault.ts';
import { isSelected, type Selection, selectAttributes } from './protocol/select-attributes.ts';
import { type Answered, type ScimAnswer, storeFault } from './scim-answer.ts';
import { etagOf, isKnown, readScimBody, type ScimRequest } from './scim-request.ts';
import { locationOf, showResource, withMembers } from './show-resource.ts';

type Done<T> = Promise<Result<T, ScimFault>>;

/** The people exist, and are of this directory. */
async function findMembers(request: ScimRequest, ids: readonly string[]): Done<readonly ResourceId[]> {
  const unknown = err(invalid('invalidValue', 'scim-value', 'A member is no user of this directory.'));
  const parsed = ids.flatMap((id) => ResourceId.safeParse(id).data ?? []);
  if (parsed.length !== ids.length) return unknown;
  const found = await request.deps.directories.find(request.directory.id, 'user', parsed);
  if (!found.ok) return err(storeFault(found.error));
  const live = found.value.filter(({ state }) => state === 'live');
  return live.length === parsed.length ? ok(parsed) : unknown;
}

/** A name that no grant could have, or that looks like another, is refused. */
function requireName(values: ScimComplex): Result<void, ScimFault> {
  const complete = requireAttributes(GROUP, values);
  if (!complete.ok) return complete;
  return PrincipalName.safeParse(values['displayName']).success
    ? ok(undefined)
    : err(
        invalid(
          'invalidValue',
          'scim-value',
          'displayName: use at most 512 bytes, and no invisible characters.',
        ),
      );
}

async function answer(
  request: ScimRequest,
  group: DirectoryResource,
  selection: Selection,
): Done<Required<Pick<ScimAnswer, 'body' | 'etag' | 'location'>> & { readonly members: number }> {
  const { deps, directory, base } = request;
  const shown = showResource(GROUP, base, group);
  const members = isSelected(GROUP, MEMBERS, selection)
    ? await deps.directories.members(directory.id, group.id)
    : ok([]);
  if (!members.ok) return err(storeFault(members.error));
  const body = selectAttributes(GROUP, withMembers(shown, base, members.value), selection);
  return ok({
    body,
    etag: etagOf(group),
    location: locationOf(base, GROUP, group.id),
    members: members.value.length,
  });
}

/** A list has fewer groups than were asked for rather than more members than an answer can hold. */
const MAX_LISTED_MEMBERS = 20_000;

/** The first of several groups as they are shown in a list: as many as fit, and at least one. */
export async function showGroups(
  request: ScimRequest,
  groups: readonly DirectoryResource[],
  selection: Selection,
): Done<readonly object[]> {
  const shown: object[] = [];
  let members = 0;
  for (const group of groups) {
    const one = await answer(request, group, selection);
    if (!one.ok) return one;
    members += one.value.members;
    if (members > MAX_LISTED_MEMBERS && shown.length > 0) break;
    shown.push(one.value.body);
  }
  return ok(shown);
}

const formatMembers = (added: number, removed: number): { readonly members?: string } => {
  const parts = [...(added > 0 ? [`+${added}`] : []), ...(removed > 0 ? [`-${removed}`] : [])];
  return parts.length > 0 ? { members: parts.join(' ') } : {};
};

/** POST. */
export async function createGroup(request: ScimRequest, selection: Selection): Answered {
  const { deps, directory } = request;
  const body = await readScimBody(request);
  const values = body.ok ? readResource(GROUP, body.value, [MEMBERS]) : body;
  if (!values.ok) return values;
  const named = requireName(values.value);
  if (!named.ok) return named;
  const ids = readMemberIds(body.ok ? memberList(body.value) : undefined);
  const members = ids.ok ? await findMembers(request, ids.value) : ids;
  if (!members.ok) return members;
  const entry = { action: 'directory-group-added', ...formatMembers(members.value.length, 0) } as const;
  const created = await createResource(request, GROUP, contentOf(values.value), entry, async (id) => {
    const added = await deps.directories.addMembers(directory.id, id, members.value);
    return added.ok ? added : err(storeFault(added.error));
  });
  const shown = created.ok ? await answer(request, created.value, selection) : created;
  if (!shown.ok) return shown;
  const { members: _, ...rest } = shown.value;
  return ok({ status: 201, ...rest });
}

const memberList = (body: unknown): unknown => (isComplex(body) ? findMember(body, MEMBERS) : undefined);

/** GET. */
export async function readGroup(request: ScimRequest, id: string, selection: Selection): Answered {
  const found = await findLive(request, GROUP, id);
  if (!found.ok) return found;
  if (isKnown(request, found.value)) return ok({ status: 304, etag: etagOf(found.value) });
  const shown = await answer(request, found.value, selection);
  if (!shown.ok) return shown;
  const { members: _, ...rest } = shown.value;
  return ok({ status: 200, ...rest });
}

interface MemberEdit {
  readonly add: readonly ResourceId[];
  readonly remove: readonly ResourceId[];
}

/** What the changes come to, in their order. Who is in the group is read only where it counts. */
async function planEdit(
  request: ScimRequest,
  group: ResourceId,
  changes: readonly MemberChange[],
): Done<MemberEdit> {
  const [add, remove] = [new Set<string>(), new Set<string>()];
  let current: readonly ResourceId[] | undefined;
  for (const { kind, ids } of changes) {
    if (kind === 'replace') {
      if (current === undefined) {
        const read = await request.deps.directories.members(request.directory.id, group);
        if (!read.ok) return err(storeFault(read.error));
        current = read.value;
      }
      for (const id of [...current, ...add]) remove.add(id);
      add.clear();
    }
    for (const id of ids) {
      (kind === 'remove' ? remove : add).add(id);
      (kind === 'remove' ? add : remove).delete(id);
    }
  }
  const added = await findMembers(request, [...add]);
  if (!added.ok) return added;
  return ok({ add: added.value, remove: [...remove].flatMap((id) => ResourceId.safeParse(id).data ?? []) });
}

/** The removals first: if the request is cut short, no one has more than before or after it. */
async function edit(
  { deps, directory }: ScimRequest,
  group: ResourceId,
  { add, remove }: MemberEdit,
): Done<void> {
  const removed = await deps.directories.removeMembers(directory.id, group, remove);
  const added = removed.ok ? await deps.directories.addMembers(directory.id, group, add) : removed;
  return added.ok ? added : err(storeFault(added.error));
}

/** Changes the values of a group and its members. `content`: the values afterwards. */
async function change(
  request: ScimRequest,
  id: string,
  content: (before: DirectoryResource) => Result<ScimComplex, ScimFault>,
  changes: readonly MemberChange[],
): Done<DirectoryResource> {
  const parsed = ResourceId.safeParse(id).data;
  const found = await findLive(request, GROUP, id);
  if (!found.ok || !parsed) return found;
  const planned = await planEdit(request, parsed, changes);
  if (!planned.ok) return planned;
  const { add, remove } = planned.value;
  const hasEdit = add.length + remove.length > 0;
  const lock = lockOf(request);
  const changed = await changeWhenFree(request, id, {
    always: hasEdit,
    entry: () => ({ action: 'directory-group-changed', ...formatMembers(add.length, remove.length) }),
    content: async (before) => {
      const values = content(before);
      const named = values.ok ? requireName(values.value) : values;
      if (!values.ok) return values;
      if (!named.ok) return named;
      return ok(contentOf(values.value, hasEdit ? { lock } : {}));
    },
  });
  if (!changed.ok || !hasEdit) return changed.ok ? ok(changed.value.after) : changed;
  // Read again under the lock: another request may have changed the members since.
  const again = await planEdit(request, parsed, changes);
  const edited = again.ok ? await edit(request, parsed, again.value) : again;
  const unlocked = await unlock(request, changed.value.after);
  return edited.ok ? unlocked : edited;
}

/** PUT. A body without `members` leaves them as they are; an empty list removes all. */
export async function replaceGroup(request: ScimRequest, id: string, selection: Selection): Answered {
  const body = await readScimBody(request);
  const values = body.ok ? readResource(GROUP, body.value, [MEMBERS]) : body;
  if (!values.ok) return values;
  const listed = body.ok ? memberList(body.value) : undefined;
  const ids = readMemberIds(listed);
  if (!ids.ok) return ids;
  const changes: readonly MemberChange[] = listed === undefined ? [] : [{ kind: 'replace', ids: ids.value }];
  const changed = await change(request, id, () => values, changes);
  const shown = changed.ok ? await answer(request, changed.value, selection) : changed;
  if (!shown.ok) return shown;
  const { members: _, ...rest } = shown.value;
  return ok({ status: 200, ...rest });
}

/** PATCH. Answered without the group (RFC 7644 section 3.5.2): it may have thousands of members. */
export async function patchGroup(request: ScimRequest, id: string): Answered {
  const body = await readScimBody(request);
  const patch = body.ok ? readPatch(body.value) : body;
  const split = patch.ok ? splitMembers(patch.value) : patch;
  if (!split.ok) return split;
  const { changes, rest } = split.value;
  const changed = await change(request, id, (before) => applyPatch(GROUP, valuesOf(before), rest), changes);
  return changed.ok ? ok({ status: 204, etag: etagOf(changed.value) }) : changed;
}

const DELETED: Pick<ResourceChange, 'state' | 'always' | 'entry'> = {
  state: 'deleted',
  always: true,
  entry: () => ({ action: 'directory-group-removed' }),
};

/** DELETE. From its first write on, no one is in the group. */
export async function deleteGroup(request: ScimRequest, id: string): Answered {
  const { deps, directory } = request;
  const content = async (before: DirectoryResource) => ok(contentOf(valuesOf(before)));
  const deleted = await changeWhenFree(request, id, { ...DELETED, content });
  if (!deleted.ok) return deleted;
  const group = deleted.value.after;
  const members = await deps.directories.members(directory.id, group.id);
  if (!members.ok) return err(storeFault(members.error));
  const emptied = await edit(request, group.id, { add: [], remove: members.value });
  if (!emptied.ok) return emptied;
  const gone = await deps.directories.remove(directory.id, group);
  return gone.ok ? ok({ status: 204 }) : err(storeFault(gone.error));
}
