// Keeps a new session, and makes the room that it needs among its person's others.
import { ok, type Result } from '../../../shared/kernel/result.ts';
import type { StoreFault } from '../../../shared/kernel/store-fault.ts';
import { personKey } from '../../../shared/people/person.ts';
import type { Session } from '../../../shared/people/session.ts';
import type { SessionStore } from '../../../shared/people/session-store.ts';
import type { SessionLimits } from '../../../shared/rules/sign-on/sign-on.ts';
import { hasEnded } from './session-limits.ts';

/** Of each kind; whoever signs on in a loop pushes out their own oldest and fills no table. */
const MAX_SESSIONS = 20;

const kindOf = ({ commandLine }: Session): boolean => commandLine !== undefined;

export async function admitSession(
  session: Session,
  limits: SessionLimits,
  now: Date,
  store: SessionStore,
): Promise<Result<Session, StoreFault>> {
  const all = await store.list(personKey(session.connection, session.subject));
  if (!all.ok) return all;
  const others = all.value.filter((other) => kindOf(other) === kindOf(session));
  const running = others.filter((other) => !hasEnded(other, limits, now));
  const newestFirst = running.toSorted((a, b) => b.lastSeenAt.getTime() - a.lastSeenAt.getTime());
  const kept = new Set(newestFirst.slice(0, MAX_SESSIONS - 1));
  const ended = await store.end(others.filter((other) => !kept.has(other)));
  if (!ended.ok) return ended;
  const created = await store.create(session);
  return created.ok ? ok(session) : created;
}
