// When a session ends: by its limits, a flush of all sign-ins, a block of its person, or a new requirement of its connection.
// The rules in force now decide, so a shorter limit also shortens the sessions that exist.
import { personName } from '../../../shared/people/person.ts';
import type { Session } from '../../../shared/people/session.ts';
import { type Block, blockablePerson, blockOfCaller, NO_BLOCKS } from '../../../shared/rules/blocks/block.ts';
import { isBlocked } from '../../../shared/rules/sign-on/blocked.ts';
import type { Connection, SessionLimits, SignOnInForce } from '../../../shared/rules/sign-on/sign-on.ts';
import { firstUnmetClaim, requirementName } from '../../../shared/rules/values/required-claims.ts';

const after = (at: Date, seconds: number): Date => new Date(at.getTime() + seconds * 1000);

/** The parts of a session that the time limits need. */
type Ending = Pick<Session, 'signedOnAt' | 'lastSeenAt' | 'endsBy' | 'commandLine'>;

const limitsOf = ({ commandLine }: Ending, limits: SessionLimits) =>
  commandLine ? limits.commandLine : limits;

function endBy({ signedOnAt, endsBy }: Ending, absoluteSeconds: number): Date {
  const end = after(signedOnAt, absoluteSeconds);
  return endsBy !== undefined && endsBy < end ? endsBy : end;
}

/** The end of a session that is used all the time: the absolute limit, or the end that the identity provider set. */
export const absoluteEnd = (session: Ending, limits: SessionLimits): Date =>
  endBy(session, limitsOf(session, limits).absoluteSeconds);

/** The absolute end of a command line's session that is approved in this session. Both count from the sign-on. */
export const commandLineEnd = (session: Ending, { commandLine }: SessionLimits): Date =>
  endBy(session, commandLine.absoluteSeconds);

/** By the absolute or the idle limit. */
export const hasEnded = (session: Ending, limits: SessionLimits, now: Date): boolean =>
  now >= absoluteEnd(session, limits) ||
  now >= after(session.lastSeenAt, limitsOf(session, limits).idleSeconds);

/** Whether the session began after the last flush of sign-ins. */
export const isOfGeneration = (
  { generation = 0 }: Pick<Session, 'generation'>,
  { generation: current = 0 }: SignOnInForce,
): boolean => generation >= current;

/**
 * Whether the claims of the sign-on meet the connection's requirement of today, and the person link is that of the claim that the
 * connection names today. A claim that was not kept is not met.
 */
function meets({ said, person }: Pick<Session, 'said' | 'person'>, connection: Connection): boolean {
  const claimOf = (name: string) => (said && Object.hasOwn(said, name) ? said[name] : undefined);
  const link = connection.person;
  const isLinked = link === undefined || (person !== undefined && claimOf(link.claim) === person);
  return isLinked && firstUnmetClaim(connection.require, claimOf) === undefined;
}

/** The name of the requirement that the session meets, for its tokens. */
export const requirementOf = (
  { connection }: Pick<Session, 'connection'>,
  { connections }: SignOnInForce,
): string | undefined => requirementName(connections.find(({ id }) => id === connection) ?? {});

/** The block of the person, of one of their groups, or of their connection. */
export const blockOfPerson = (
  session: Pick<Session, 'connection' | 'subject' | 'groups' | 'person'>,
  { blocks = NO_BLOCKS }: SignOnInForce,
  now: Date,
): Block | undefined => blockOfCaller(blocks, blockablePerson(session), now);

/** The parts of a session, or of a sign-on before its session, by which the rules judge it. */
export type JudgedSession = Ending &
  Pick<Session, 'connection' | 'subject' | 'groups' | 'person' | 'generation' | 'said'>;

/** Whether the session is within its limits and generation, and its person may still sign on with its connection. */
export const isOpen = (session: JudgedSession, signOn: SignOnInForce, now: Date): boolean =>
  signOn.connections.some(
    (connection) => connection.id === session.connection && meets(session, connection),
  ) &&
  !isBlocked(signOn.blocked, personName(session.connection, session.subject), session.person) &&
  blockOfPerson(session, signOn, now) === undefined &&
  isOfGeneration(session, signOn) &&
  !hasEnded(session, signOn.sessions, now);
