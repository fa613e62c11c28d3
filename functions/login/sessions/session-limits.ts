// When a session ends, by the limits in force now: shortening them shortens the sessions that there are.
import { personName } from '../../../shared/people/person.ts';
import type { Session } from '../../../shared/people/session.ts';
import { isBlocked } from '../../../shared/rules/sign-on/blocked.ts';
import type { Connection, SessionLimits, SignOnInForce } from '../../../shared/rules/sign-on/sign-on.ts';
import { firstUnmetClaim, requirementName } from '../../../shared/rules/values/required-claims.ts';

const after = (at: Date, seconds: number): Date => new Date(at.getTime() + seconds * 1000);

/** What of a session says when it ends. */
type Ending = Pick<Session, 'signedOnAt' | 'lastSeenAt' | 'endsBy' | 'commandLine'>;

const limitsOf = ({ commandLine }: Ending, limits: SessionLimits) =>
  commandLine ? limits.commandLine : limits;

function endBy({ signedOnAt, endsBy }: Ending, absoluteSeconds: number): Date {
  const end = after(signedOnAt, absoluteSeconds);
  return endsBy !== undefined && endsBy < end ? endsBy : end;
}

/** Whatever its owner does. */
export const absoluteEnd = (session: Ending, limits: SessionLimits): Date =>
  endBy(session, limitsOf(session, limits).absoluteSeconds);

/** When a command line's session ends that comes of this one: both count from the sign-on. */
export const commandLineEnd = (session: Ending, { commandLine }: SessionLimits): Date =>
  endBy(session, commandLine.absoluteSeconds);

export const hasEnded = (session: Ending, limits: SessionLimits, now: Date): boolean =>
  now >= absoluteEnd(session, limits) ||
  now >= after(session.lastSeenAt, limitsOf(session, limits).idleSeconds);

/** Not from before the last flush of sign-ins. */
export const isOfGeneration = (
  { generation = 0 }: Pick<Session, 'generation'>,
  { generation: current = 0 }: SignOnInForce,
): boolean => generation >= current;

/** Whoever has what is required now; of a claim that the session knows nothing of, nobody knows. */
const meets = ({ said }: Pick<Session, 'said'>, { require }: Connection): boolean =>
  firstUnmetClaim(require, (name) => (said && Object.hasOwn(said, name) ? said[name] : undefined)) ===
  undefined;

/** What a session was judged by: its tokens say it. */
export const requirementOf = (
  { connection }: Pick<Session, 'connection'>,
  { connections }: SignOnInForce,
): string | undefined => requirementName(connections.find(({ id }) => id === connection)?.require);

/** Ended neither by time nor by a flush, and its person may still sign on where they did. */
export const isOpen = (
  session: Ending & Pick<Session, 'connection' | 'subject' | 'generation' | 'said'>,
  signOn: SignOnInForce,
  now: Date,
): boolean =>
  signOn.connections.some(
    (connection) => connection.id === session.connection && meets(session, connection),
  ) &&
  !isBlocked(signOn.blocked, personName(session.connection, session.subject)) &&
  isOfGeneration(session, signOn) &&
  !hasEnded(session, signOn.sessions, now);
