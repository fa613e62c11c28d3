// /Users: people (RFC 7644 sections 3.3 to 3.6). `active: false` and DELETE make the person a leaver before they are answered. Only
// an explicit `active: true` ends that.
import { linkName } from '../../../shared/kernel/person-link.ts';
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import { type DirectoryResource, linkOf, ResourceId } from '../../../shared/people/directory.ts';
import { PrincipalName } from '../../../shared/rules/values/principal-key.ts';
import {
  type ChangedResource,
  changeResource,
  contentOf,
  createResource,
  findLive,
  notFound,
  type ResourceChange,
  type ResourceContent,
  valuesOf,
} from './change-resource.ts';
import { applyPatch } from './protocol/apply-patch.ts';
import { USER } from './protocol/attributes.ts';
import { readPatch } from './protocol/patch-operations.ts';
import { readResource, requireAttributes, type ScimComplex } from './protocol/resource-values.ts';
import { invalid, type ScimFault } from './protocol/scim-fault.ts';
import { isSelected, type Selection, selectAttributes } from './protocol/select-attributes.ts';
import { type Answered, type ScimAnswer, storeFault } from './scim-answer.ts';
import { checkPrecondition, etagOf, isKnown, readScimBody, type ScimRequest } from './scim-request.ts';
import { hasLeftBefore, settleLeaver } from './settle-leaver.ts';
import { locationOf, showResource, withGroups } from './show-resource.ts';

type Judged = Promise<Result<ResourceContent, ScimFault>>;

/**
 * A PUT without If-Match replaces what its sender may have read long before. In this time after a deactivation it does not
 * reactivate: a request ends within 30 seconds, and so does a client that reads and writes.
 */
const STALE_PUT_MS = 60_000;

const withoutActive = ({ active: _, ...rest }: ScimComplex): ScimComplex => rest;

/** No sign-in has a link that is none of these, so a leaver of another could not be kept out. */
const isUsableLink = (link: string): boolean => PrincipalName.safeParse(linkName(link)).success;

const unusableLink = (name: string): Result<never, ScimFault> =>
  err(invalid('invalidValue', 'scim-value', `${name}: use at most 500 bytes, and no invisible characters.`));

/**
 * Whether the user is active, by what the request says of it: `explicit` is undefined where it says nothing, and nothing then
 * reactivates. A user who takes over the link of a person who left is deactivated as well.
 */
async function judgeActive(
  request: ScimRequest,
  before: DirectoryResource | undefined,
  values: ScimComplex,
  explicit: boolean | undefined,
): Judged {
  const { now, directory } = request;
  const link = linkOf(contentOf(values), directory.person);
  if (link !== undefined && !isUsableLink(link)) return unusableLink(directory.person);
  const earlier = before && linkOf(before, directory.person);
  const isSameLink = before !== undefined && link === earlier;
  const left = link === undefined || isSameLink ? ok(false) : await hasLeftBefore(request, link);
  if (!left.ok) return left;
  const was = before?.deactivatedAt;
  const deactivatedAt = explicit === true ? undefined : explicit === false || left.value ? (was ?? now) : was;
  const isOwed = isSameLink
    ? (deactivatedAt === undefined) !== (was === undefined)
    : deactivatedAt !== undefined || left.value;
  const unsettled = new Set(before?.unsettled ?? []);
  if (link !== undefined && isOwed) unsettled.add(link);
  if (earlier !== undefined && !isSameLink) unsettled.add(earlier);
  const isNewlyOut = explicit === undefined && deactivatedAt !== undefined && was === undefined;
  return ok(
    contentOf(isNewlyOut ? { ...values, active: false } : values, {
      ...(deactivatedAt && { deactivatedAt }),
      ...(unsettled.size > 0 && { unsettled: [...unsettled] }),
    }),
  );
}

const activeOf = (values: ScimComplex): boolean | undefined => {
  const { active } = values;
  return typeof active === 'boolean' ? active : undefined;
};

async function answer(
  request: ScimRequest,
  user: DirectoryResource,
  selection: Selection,
): Promise<Result<Required<Pick<ScimAnswer, 'body' | 'etag' | 'location'>>, ScimFault>> {
  const { deps, directory, base } = request;
  let shown = showResource(USER, base, user);
  if (selection.only && isSelected(USER, 'groups', selection)) {
    const groups = await deps.directories.groupsOf(directory.id, user.id);
    if (!groups.ok) return err(storeFault(groups.error));
    shown = withGroups(shown, base, groups.value);
  }
  const body = selectAttributes(USER, shown, selection);
  return ok({ body, etag: etagOf(user), location: locationOf(base, USER, user.id) });
}

/**
 * Several users as they are shown in a list. A change that was broken off is finished first: a client that finds `active: false` here
 * takes the person for deactivated, and does not ask again.
 */
export async function showUsers(
  request: ScimRequest,
  users: readonly DirectoryResource[],
  selection: Selection,
): Promise<Result<readonly object[], ScimFault>> {
  const shown: object[] = [];
  for (const user of users) {
    const settled = await settleLeaver(request, user);
    const one = settled.ok ? await answer(request, settled.value, selection) : settled;
    if (!one.ok) return one;
    shown.push(one.value.body);
  }
  return ok(shown);
}

/** POST. */
export async function createUser(request: ScimRequest, selection: Selection): Answered {
  const body = await readScimBody(request);
  const values = body.ok ? readResource(USER, body.value) : body;
  if (!values.ok) return values;
  const complete = requireAttributes(USER, values.value);
  if (!complete.ok) return complete;
  const content = await judgeActive(request, undefined, values.value, activeOf(values.value));
  if (!content.ok) return content;
  const created = await createResource(request, USER, content.value, { action: 'directory-user-added' });
  const settled = created.ok ? await settleLeaver(request, created.value) : created;
  const shown = settled.ok ? await answer(request, settled.value, selection) : settled;
  return shown.ok ? ok({ status: 201, ...shown.value }) : shown;
}

/** What happened, for the audit row. */
function entryOf(before: DirectoryResource, after: DirectoryResource) {
  const [was, is] = [before.deactivatedAt !== undefined, after.deactivatedAt !== undefined];
  if (was === is) return { action: 'directory-user-changed' } as const;
  return { action: is ? 'directory-user-deactivated' : 'directory-user-reactivated' } as const;
}

async function change(
  request: ScimRequest,
  id: string,
  content: ResourceChange['content'],
  selection: Selection,
): Answered {
  const changed = await changeResource(request, USER, id, { content, entry: entryOf });
  const settled = changed.ok ? await settleLeaver(request, changed.value.after) : changed;
  const shown = settled.ok ? await answer(request, settled.value, selection) : settled;
  return shown.ok ? ok({ status: 200, ...shown.value }) : shown;
}

/** Whether a PUT that says `active: true` may be older than the deactivation that it would end. */
const mayBeStale = ({ c, now }: ScimRequest, { deactivatedAt }: DirectoryResource): boolean =>
  deactivatedAt !== undefined &&
  c.req.header('if-match') === undefined &&
  now.getTime() - deactivatedAt.getTime() < STALE_PUT_MS;

const stale = (): Result<never, ScimFault> =>
  err({
    status: 412,
    reason: 'scim-precondition',
    detail: 'The person was deactivated a moment ago. Send If-Match, or PATCH active.',
  });

/**
 * Of these a PUT that lacks them says nothing (RFC 7644 section 3.5.1 leaves that to the server). Where a client omits `externalId`,
 * to take the link for removed would make its user a leaver, because of a new family name.
 */
const KEPT_BY_PUT = ['active', 'externalId'] as const;

const keptOf = (before: ScimComplex): ScimComplex =>
  Object.fromEntries(
    KEPT_BY_PUT.flatMap((name) => (before[name] === undefined ? [] : [[name, before[name]]])),
  );

/** PUT. */
export async function replaceUser(request: ScimRequest, id: string, selection: Selection): Answered {
  const body = await readScimBody(request);
  const values = body.ok ? readResource(USER, body.value) : body;
  if (!values.ok) return values;
  const complete = requireAttributes(USER, values.value);
  if (!complete.ok) return complete;
  const explicit = activeOf(values.value);
  return change(
    request,
    id,
    async (before) => {
      if (explicit === true && mayBeStale(request, before)) return stale();
      return judgeActive(request, before, { ...keptOf(valuesOf(before)), ...values.value }, explicit);
    },
    selection,
  );
}

/** PATCH. */
export async function patchUser(request: ScimRequest, id: string, selection: Selection): Answered {
  const body = await readScimBody(request);
  const patch = body.ok ? readPatch(body.value) : body;
  if (!patch.ok) return patch;
  return change(
    request,
    id,
    async (before) => {
      const had = valuesOf(before);
      const applied = applyPatch(USER, had, patch.value);
      if (!applied.ok) return applied;
      const complete = requireAttributes(USER, applied.value);
      if (!complete.ok) return complete;
      // Applied to a user without `active`, an operation that names it shows itself.
      const said = applyPatch(USER, withoutActive(had), patch.value);
      if (!said.ok) return said;
      return judgeActive(request, before, applied.value, activeOf(said.value));
    },
    selection,
  );
}

/** The user is out of its groups, and its row and names are gone. */
async function cleanUp(request: ScimRequest, user: DirectoryResource): Promise<Result<void, ScimFault>> {
  const { deps, directory } = request;
  const groups = await deps.directories.groupIdsOf(directory.id, user.id);
  if (!groups.ok) return err(storeFault(groups.error));
  for (const group of groups.value) {
    const removed = await deps.directories.removeMembers(directory.id, group, [user.id]);
    if (!removed.ok) return err(storeFault(removed.error));
  }
  const gone = await deps.directories.remove(directory.id, user);
  return gone.ok ? gone : err(storeFault(gone.error));
}

/** A user that an earlier DELETE left behind. */
async function findDeleted(
  { deps, directory }: ScimRequest,
  id: string,
): Promise<Result<DirectoryResource, ScimFault>> {
  const parsed = ResourceId.safeParse(id).data;
  if (!parsed) return notFound();
  const found = await deps.directories.find(directory.id, 'user', [parsed]);
  if (!found.ok) return err(storeFault(found.error));
  const [user] = found.value;
  return user?.state === 'deleted' ? ok(user) : notFound();
}

/** The person is a leaver before anything of the user is removed, so that one cut short is finished by the next. */
export async function finishDeletion(
  request: ScimRequest,
  user: DirectoryResource,
): Promise<Result<void, ScimFault>> {
  const settled = await settleLeaver(request, user);
  return settled.ok ? cleanUp(request, settled.value) : settled;
}

/**
 * GET. A change that was broken off is finished first, a deletion too: a client that finds no user takes it for deleted, and does not
 * ask again.
 */
export async function readUser(request: ScimRequest, id: string, selection: Selection): Answered {
  const found = await findLive(request, USER, id);
  if (!found.ok) {
    const deleted = await findDeleted(request, id);
    const finished = deleted.ok ? await finishDeletion(request, deleted.value) : ok(undefined);
    return finished.ok ? found : finished;
  }
  const settled = await settleLeaver(request, found.value);
  if (!settled.ok) return settled;
  if (isKnown(request, settled.value)) return ok({ status: 304, etag: etagOf(settled.value) });
  const shown = await answer(request, settled.value, selection);
  return shown.ok ? ok({ status: 200, ...shown.value }) : shown;
}

async function markDeleted(request: ScimRequest, id: string): Promise<Result<ChangedResource, ScimFault>> {
  return changeResource(request, USER, id, {
    state: 'deleted',
    always: true,
    content: async (before) => {
      const link = linkOf(before, request.directory.person);
      const unsettled = [...new Set([...(before.unsettled ?? []), ...(link === undefined ? [] : [link])])];
      return ok(
        contentOf(valuesOf(before), {
          deactivatedAt: request.now,
          ...(unsettled.length > 0 && { unsettled }),
        }),
      );
    },
    entry: () => ({ action: 'directory-user-removed' }),
  });
}

/** DELETE. */
export async function deleteUser(request: ScimRequest, id: string): Answered {
  const marked = await markDeleted(request, id);
  const user = marked.ok ? ok(marked.value.after) : await findDeleted(request, id);
  if (!user.ok) return marked.ok ? user : marked;
  const condition = marked.ok ? ok(undefined) : checkPrecondition(request, user.value);
  if (!condition.ok) return condition;
  const finished = await finishDeletion(request, user.value);
  return finished.ok ? ok({ status: 204 }) : finished;
}
