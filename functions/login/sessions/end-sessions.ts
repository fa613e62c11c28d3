// Ends sessions of browsers together with the command lines that were approved in them. A person who signs out expects that, and
// a thief of a session may have approved a command line of their own.
import { ok, type Result } from '../../../shared/kernel/result.ts';
import type { StoreFault } from '../../../shared/kernel/store-fault.ts';
import { personKey } from '../../../shared/people/person.ts';
import type { Session, SessionId } from '../../../shared/people/session.ts';
import type { SessionStore } from '../../../shared/people/session-store.ts';

/** The first of a person's sessions in one browser. A new sign-on there begins a session that follows it. */
export const rootOf = ({ root, id }: Session): SessionId => root ?? id;

const wasApprovedIn = (ended: readonly Session[]) => {
  const roots = new Set(ended.filter(({ commandLine }) => !commandLine).map(rootOf));
  return ({ commandLine }: Session): boolean =>
    commandLine !== undefined && roots.has(commandLine.approvedIn);
};

/**
 * Ends the browsers' sessions before it lists the command lines. A command line that signs in at the same time looks for its
 * browser's session after it has stored its own (beginApproved), so it either misses that session or is listed here.
 * Fails if the store does.
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
    const also = await store.end(left.value.filter(wasApprovedIn(ended)));
    if (!also.ok) return also;
  }
  return ok(undefined);
}
