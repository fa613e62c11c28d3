// When a session ends, by the limits in force now: shortening them shortens the sessions that there are.
import type { SessionLimits } from '../../../shared/access/sign-on/sign-on.ts';
import type { Session } from '../../../shared/people/session.ts';

const after = (at: Date, seconds: number): Date => new Date(at.getTime() + seconds * 1000);

/** Whatever its owner does. */
export function absoluteEnd({ signedOnAt, endsBy }: Session, { absoluteSeconds }: SessionLimits): Date {
  const end = after(signedOnAt, absoluteSeconds);
  return endsBy !== undefined && endsBy < end ? endsBy : end;
}

export const hasEnded = (session: Session, limits: SessionLimits, now: Date): boolean =>
  now >= absoluteEnd(session, limits) || now >= after(session.lastSeenAt, limits.idleSeconds);
