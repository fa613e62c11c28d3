// What somebody said yes to in their browser becomes a session of a command line, by whichever way it was asked.
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import type { PersonKey } from '../../../shared/people/person.ts';
import type { Session, SessionId } from '../../../shared/people/session.ts';
import type { LoginDeps } from '../request/deps.ts';
import { type TokenFault, unavailable } from '../request/token-fault.ts';
import { isOpen } from '../sessions/session-limits.ts';
import { type Begun, beginCommandLine } from './begin-command-line.ts';
import type { Moment } from './moment.ts';

export interface Approved {
  readonly person: PersonKey;
  /** The browser's session whose person said yes. */
  readonly approvedIn: SessionId;
  /** The id of the session to be, so that whoever comes a second time is known by what the first one got. */
  readonly session: SessionId;
  readonly device?: string | undefined;
}

type Answer<T> = Promise<Result<T, TokenFault>>;

export const refuseApproved = (reason: string, { approvedIn }: Approved) =>
  err({ error: 'invalid_grant', reason, about: { session: approvedIn } } as const);

/** The session that said yes, if it would still. */
async function findApproving(
  approved: Approved,
  { now, signOn }: Moment,
  { sessions }: LoginDeps,
): Answer<Session> {
  const found = await sessions.find(approved.person, approved.approvedIn);
  if (!found.ok) return err(unavailable(found.error));
  return found.value && isOpen(found.value, signOn, now)
    ? ok(found.value)
    : refuseApproved('approval-ended', approved);
}

export async function beginApproved(approved: Approved, moment: Moment, deps: LoginDeps): Answer<Begun> {
  const approving = await findApproving(approved, moment, deps);
  if (!approving.ok) return approving;
  const { session: id, device } = approved;
  const about = { id, device, now: moment.now, limits: moment.signOn.sessions };
  const begun = await beginCommandLine(approving.value, about, deps.sessions);
  if (!begun.ok) return err(unavailable(begun.error));
  // Signed out meanwhile: see end-with-command-lines.ts.
  const still = await findApproving(approved, moment, deps);
  return still.ok ? begun : still;
}

export async function endWhatItGave({ person, session }: Approved, { sessions }: LoginDeps): Answer<void> {
  const found = await sessions.find(person, session);
  const ended = found.ok ? await sessions.end(found.value ? [found.value] : []) : found;
  return ended.ok ? ok(undefined) : err(unavailable(ended.error));
}
