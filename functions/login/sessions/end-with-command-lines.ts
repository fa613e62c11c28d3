// Ends browsers' sessions and the command lines that were signed in from them: whoever signs out means all of it, and
// who stole a session may have said yes to a command line of theirs.
import { ok, type Result } from '../../../shared/kernel/result.ts';
import type { StoreFault } from '../../../shared/kernel/store-fault.ts';
import { personKey } from '../../../shared/people/person.ts';
import type { Session, SessionId } from '../../../shared/people/session.ts';
import type { SessionStore } from '../../../shared/people/session-store.ts';

/** Whoever signs on again, for a role that asks for it, is in the same browser still. */
export const rootOf = ({ root, id }: Session): SessionId => root ?? id;

const cameOf = (ended: readonly Session[]) => {
  const roots = new Set(ended.filter(({ commandLine }) => !commandLine).map(rootOf));
  return ({ commandLine }: Session): boolean =>
    commandLine !== undefined && roots.has(commandLine.approvedIn);
};

/**
 * The sessions first: a command line that is just being signed in looks for its browser's session once it has its own, so
 * either it sees that there is none, or it is found here.
 */
export async function endWithCommandLines(
  ended: readonly Session[],
  store: Pick<SessionStore, 'end' | 'list'>,
): Promise<Result<void, StoreFault>> {
  const done = await store.end(ended);
  if (!done.ok) return done;
  const owners = ended.map(({ connection, subject }) => personKey(connection, subject));
  for (const owner of new Set(owners)) {
    const left = await store.list(owner);
    if (!left.ok) return left;
    const also = await store.end(left.value.filter(cameOf(ended)));
    if (!also.ok) return also;
  }
  return ok(undefined);
}
