// Ends sessions of browsers together with the command lines that were approved in them. A person who signs out expects that, and
// a thief of a session may have approved a command line of their own. The provider's refresh token goes with the last session that
// is rechecked by it.
import { ok, type Result } from '../../../shared/kernel/result.ts';
import type { StoreFault } from '../../../shared/kernel/store-fault.ts';
import { personKey } from '../../../shared/people/person.ts';
import type { Session, SessionId } from '../../../shared/people/session.ts';
import type { LoginDeps } from '../request/deps.ts';

/** The first of a person's sessions in one browser. A new sign-on there begins a session that follows it. */
export const rootOf = ({ root, id }: Session): SessionId => root ?? id;

const wasApprovedIn = (ended: readonly Session[]) => {
  const roots = new Set(ended.filter(({ commandLine }) => !commandLine).map(rootOf));
  return ({ commandLine }: Session): boolean =>
    commandLine !== undefined && roots.has(commandLine.approvedIn);
};

/** What is stored of sessions, and of what they go by. */
export type EndingStores = Pick<LoginDeps, 'sessions' | 'passkeys' | 'rechecks'>;

/**
 * Drops the provider's refresh token of a session that has ended, unless another session goes by it, or a passkey may begin one.
 * Fails if the store does.
 */
async function dropRecheck(
  { recheck: id, connection, subject }: Session,
  { sessions, passkeys, rechecks }: EndingStores,
): Promise<Result<void, StoreFault>> {
  if (id === undefined) return ok(undefined);
  const person = personKey(connection, subject);
  const [left, keys, last] = await Promise.all([
    sessions.list(person),
    passkeys.list(person),
    passkeys.lastSignOn(person),
  ]);
  if (!left.ok) return left;
  if (!keys.ok) return keys;
  if (!last.ok) return last;
  const isOfPasskeys = keys.value.length > 0 && last.value?.recheck === id;
  if (isOfPasskeys || left.value.some((one) => one.recheck === id)) return ok(undefined);
  const row = await rechecks.find(person, id);
  if (!row.ok) return row;
  return row.value ? rechecks.remove(row.value) : ok(undefined);
}

/**
 * Ends the browsers' sessions before it lists the command lines. A command line that signs in at the same time looks for its
 * browser's session after it has stored its own (beginApproved), so it either misses that session or is listed here.
 * Fails if the store does.
 */
export async function endWithCommandLines(
  ended: readonly Session[],
  stores: EndingStores,
): Promise<Result<void, StoreFault>> {
  const { sessions } = stores;
  const done = await sessions.end(ended);
  if (!done.ok) return done;
  const owners = ended.map(({ connection, subject }) => personKey(connection, subject));
  for (const owner of new Set(owners)) {
    const left = await sessions.list(owner);
    if (!left.ok) return left;
    const also = await sessions.end(left.value.filter(wasApprovedIn(ended)));
    if (!also.ok) return also;
  }
  for (const session of new Map(ended.map((one) => [one.recheck, one])).values()) {
    const dropped = await dropRecheck(session, stores);
    if (!dropped.ok) return dropped;
  }
  return ok(undefined);
}
