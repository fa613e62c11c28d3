// The groups that a directory gives a person, for each session token that is signed: read from the directory each time, so that who
// is taken out of a group there has it in no new token. They are added to those that the identity provider sent.
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import { storeUnavailable } from '../../../shared/kernel/store-fault.ts';
import { groupNameOf, linkOf, nameOfLink } from '../../../shared/people/directory.ts';
import type { SignOnFailure } from '../../../shared/people/sign-on-failure.ts';
import { blockablePerson, blockOfCaller, NO_BLOCKS } from '../../../shared/rules/blocks/block.ts';
import { type Directory, directoryOf } from '../../../shared/rules/sign-on/directory.ts';
import type { SignOnInForce } from '../../../shared/rules/sign-on/sign-on.ts';
import { groupFilter } from '../../../shared/rules/values/groups-source.ts';
import { MAX_GROUPS } from '../../../shared/rules/values/principal-key.ts';
import { checkTokenSize } from '../keys/check-token-size.ts';
import type { TokenSubject } from '../keys/mint-token.ts';
import type { LoginDeps } from './deps.ts';

type Groups = Result<readonly string[], SignOnFailure>;

const refuse = (reason: 'person-left' | 'person-differs' | 'groups-too-many', cause?: string) =>
  err({ code: 'sign_on_refused', reason, ...(cause !== undefined && { cause }) } as const);

/** The names of the groups in which the directory has the person. None for a person whom it does not know. */
async function groupsIn(
  directory: Directory,
  person: string,
  { directories }: Pick<LoginDeps, 'directories'>,
): Promise<Groups> {
  const found = await directories.findByName(directory.id, 'user', nameOfLink(directory.person, person));
  if (!found.ok) return err(storeUnavailable(found.error));
  const user = found.value;
  if (!user) return ok([]);
  // The table of leavers says it, too, but a moment later.
  if (user.state !== 'live' || user.deactivatedAt) return refuse('person-left');
  // A user name has no case there and the link has one here: the person's leaving would name another link.
  if (linkOf(user, directory.person) !== person) return refuse('person-differs');
  const groups = await directories.groupsOf(directory.id, user.id);
  if (!groups.ok) return err(storeUnavailable(groups.error));
  const names = groups.value.flatMap((group) => groupNameOf(group) ?? []);
  return ok(names.filter(groupFilter(directory.groups) ?? (() => true)));
}

/**
 * The session with the groups that it has now, for its tokens: never for its row. Fails with `sign_on_refused`: the person has left
 * as the directory says, is in a blocked group, or in more groups than fit; or with `store_unavailable`.
 */
export async function withDirectoryGroups<Held extends TokenSubject>(
  session: Held,
  signOn: SignOnInForce,
  now: Date,
  deps: Pick<LoginDeps, 'directories' | 'tokens'>,
): Promise<Result<Held, SignOnFailure>> {
  const directory = directoryOf(signOn, session.connection);
  if (!directory || session.person === undefined) return ok(session);
  const given = await groupsIn(directory, session.person, deps);
  if (!given.ok) return given;
  const groups = [...new Set([...session.groups, ...given.value])];
  if (groups.length > MAX_GROUPS)
    return refuse('groups-too-many', `${groups.length} groups, of at most ${MAX_GROUPS}`);
  const held = { ...session, groups };
  const block = blockOfCaller(signOn.blocks ?? NO_BLOCKS, blockablePerson(held), now);
  if (block) return err({ code: 'sign_on_refused', reason: 'blocked', cause: block.id });
  const size = checkTokenSize(held, now, deps.tokens);
  return size.ok ? ok(held) : size;
}
