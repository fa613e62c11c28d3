// Makes the table of leavers say what a user of a directory says: who is deactivated or deleted has left, and who is active again is
// back, as far as this directory is concerned. The user's row is written first and names the person links that are owed; it says
// so until the table was written and the row had not changed meanwhile. So a crash, or another client, leaves nothing unsaid: the
// next request that reads the row goes on here.
import { linkName } from '../../../shared/kernel/person-link.ts';
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import type { StoreFault } from '../../../shared/kernel/store-fault.ts';
import { type DirectoryResource, linkOf, nameOfLink } from '../../../shared/people/directory.ts';
import { type Leaver, type LeaveSource, LeaveSource as Source } from '../../../shared/people/leaver.ts';
import { changedMeanwhile } from './change-resource.ts';
import { USER } from './protocol/attributes.ts';
import type { ScimFault } from './protocol/scim-fault.ts';
import { storeFault } from './scim-answer.ts';
import type { ScimRequest } from './scim-request.ts';

const ATTEMPTS = 10;

/** What an operator said stays in force whatever a directory says, and so does what another directory said. */
const sourceOf = ({ directory }: Pick<ScimRequest, 'directory'>): LeaveSource =>
  Source.parse(`scim:${directory.id}`);

/** Whether the directory has said that the person left, and not that the person is back. */
const saysLeft = ({ leaves }: Leaver, source: LeaveSource): boolean =>
  leaves.some((leave) => leave.source === source && leave.ended === undefined);

/** Whether the directory said earlier that the person of this link left. */
export async function hasLeftBefore(request: ScimRequest, link: string): Promise<Result<boolean, ScimFault>> {
  const found = await request.deps.leavers.find([linkName(link)]);
  if (!found.ok) return err(storeFault(found.error));
  return ok(found.value.some((leaver) => saysLeft(leaver, sourceOf(request))));
}

const isIn = ({ state, deactivatedAt }: DirectoryResource): boolean =>
  state === 'live' && deactivatedAt === undefined;

/** Whether another user of the directory has the link now, and is active: the link then is not this user's to take out. */
async function isAnothers(
  { deps, directory }: ScimRequest,
  link: string,
  user: DirectoryResource,
): Promise<Result<boolean, StoreFault>> {
  const holder = await deps.directories.findByName(directory.id, 'user', nameOfLink(directory.person, link));
  if (!holder.ok) return holder;
  if (!holder.value || holder.value.id === user.id || !isIn(holder.value)) return ok(false);
  // A user name of another spelling is found by the same name, and is the link of someone else.
  return ok(linkOf(holder.value, directory.person) === link);
}

async function settleLink(
  request: ScimRequest,
  link: string,
  user: DirectoryResource,
): Promise<Result<void, StoreFault>> {
  const { deps, directory, token, now } = request;
  const [source, by] = [sourceOf(request), token.name];
  if (isIn(user) && linkOf(user, directory.person) === link) {
    const back = await deps.leavers.reinstate(linkName(link), { source, by, at: now });
    return back.ok ? ok(undefined) : back;
  }
  const other = await isAnothers(request, link, user);
  if (!other.ok) return other;
  if (other.value) return ok(undefined);
  const reason = `deactivated or removed in directory ${directory.id}`;
  const marked = await deps.leavers.mark(linkName(link), { source, by, reason, at: now });
  return marked.ok ? ok(undefined) : marked;
}

async function read(
  { deps, directory }: ScimRequest,
  user: DirectoryResource,
): Promise<Result<DirectoryResource | undefined, ScimFault>> {
  const found = await deps.directories.find(directory.id, USER.kind, [user.id]);
  return found.ok ? ok(found.value[0]) : err(storeFault(found.error));
}

/** The user as it is stored afterwards. Nothing is written for a user that owes nothing. */
export async function settleLeaver(
  request: ScimRequest,
  user: DirectoryResource,
): Promise<Result<DirectoryResource, ScimFault>> {
  const links = new Set<string>();
  let current = user;
  for (let i = 0; i < ATTEMPTS; i++) {
    for (const link of current.unsettled ?? []) links.add(link);
    if (links.size === 0) return ok(current);
    for (const link of links) {
      const settled = await settleLink(request, link, current);
      if (!settled.ok) return err(storeFault(settled.error));
    }
    const { unsettled: _, ...rest } = current;
    const after: DirectoryResource = { ...rest, version: current.version + 1 };
    const replaced = await request.deps.directories.replace(request.directory.id, current, after);
    if (!replaced.ok) return err(storeFault(replaced.error));
    if (replaced.value === 'replaced') return ok(after);
    // Another request wrote the user: what it says now counts, for the links of this request too.
    const now = await read(request, current);
    if (!now.ok) return now;
    if (!now.value) return ok(current);
    current = now.value;
  }
  return changedMeanwhile();
}
