// The access token of the CloudSSO dialect: its format, and the session that it opens.
//
// Stock clients keep it in a file and cannot renew it, so it stays the same for as long as the session lasts: the limits of
// command lines apply. It is a reference with 256 random bits, of which the session's row holds a hash. So it ends with the
// session: by a sign-out, a flush, a block, the provider's logout.
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import { PersonKey } from '../../../shared/people/person.ts';
import { type Session, SessionId } from '../../../shared/people/session.ts';
import { recordRefusal } from '../authorization-server/begin-command-line.ts';
import { currentSignOn } from '../request/current-sign-on.ts';
import type { LoginDeps } from '../request/deps.ts';
import type { LoginContext, SignedIn } from '../request/login-env.ts';
import type { CommandLineReason } from '../request/token-fault.ts';
import { type Confirmed, judgeUse } from '../sessions/recheck-session.ts';
import { isSecretOf } from '../sessions/session-cookie.ts';
import { absoluteEnd, requirementOf } from '../sessions/session-limits.ts';
import { type CloudSsoFault, serviceUnavailable } from './cloudsso-fault.ts';

/** Tells it from a cookie and from a refresh token, and lets secret scanners find a leaked one. */
const MARK = 'stint_cloudsso';
const SECRET = /^[A-Za-z0-9_-]{43}$/;
const BEARER = /^Bearer +([A-Za-z0-9._-]{1,256})$/i;

/** `secret`: the part that the row of the session holds a hash of. */
interface AccessToken {
  readonly person: PersonKey;
  readonly id: SessionId;
  readonly secret: string;
}

/** Opaque to the client. */
export const writeAccessToken = ({ person, id, secret }: AccessToken): string =>
  [MARK, person, id, secret].join('.');

function readAccessToken(authorization: string | undefined): AccessToken | undefined {
  const [mark, person, id, secret = '', ...rest] = (BEARER.exec(authorization ?? '')?.[1] ?? '').split('.');
  const [key, sessionId] = [PersonKey.safeParse(person).data, SessionId.safeParse(id).data];
  const isWellFormed = mark === MARK && SECRET.test(secret) && rest.length === 0;
  return isWellFormed && key && sessionId ? { person: key, id: sessionId, secret } : undefined;
}

/** A session of this dialect, with the part that only such a session has. */
export interface CloudSsoSession {
  readonly session: Session;
  readonly commandLine: NonNullable<Session['commandLine']>;
  /** The role that the token is bound to. */
  readonly bound: NonNullable<NonNullable<Session['commandLine']>['cloudSso']>['bound'];
}

/** Undefined: a session of a browser, or of Stint's own command line, whose secrets open nothing here. */
export function asCloudSso(session: Session): CloudSsoSession | undefined {
  const { commandLine } = session;
  return commandLine?.cloudSso && { session, commandLine, bound: commandLine.cloudSso.bound };
}

export interface Holder extends CloudSsoSession {
  readonly signedIn: SignedIn;
}

const refuse = (reason: CommandLineReason) => err({ error: 'InvalidAccessToken', reason } as const);

async function endAndRefuse(
  c: LoginContext,
  session: Session,
  deps: LoginDeps,
): Promise<Result<never, CloudSsoFault>> {
  const ended = await deps.sessions.end([session]);
  if (!ended.ok) return err(serviceUnavailable(ended.error));
  const about = { connection: session.connection, subject: session.subject, session: session.id };
  await recordRefusal(c, { about, reason: 'session-ended' }, 'command-line-refresh', deps);
  return refuse('session-ended');
}

/** Notes the use once a minute, which is exact enough for the idle limit. */
const NOTE_USE_AFTER_MS = 60_000;

/** The session as it is stored after this use. Another request that wrote it meanwhile has noted its use too. */
async function noteUse(
  session: Session,
  news: Confirmed,
  now: Date,
  { sessions }: LoginDeps,
): Promise<Result<Session, CloudSsoFault>> {
  const isNoted = now.getTime() - session.lastSeenAt.getTime() < NOTE_USE_AFTER_MS;
  if (isNoted && news.confirmedAt === undefined) return ok(session);
  const after = { ...session, ...news, lastSeenAt: now, version: session.version + 1 };
  const replaced = await sessions.replace(session, after);
  if (!replaced.ok) return err(serviceUnavailable(replaced.error));
  return ok(replaced.value === 'replaced' ? after : { ...session, ...news });
}

async function findByToken(
  token: AccessToken | undefined,
  { sessions }: LoginDeps,
): Promise<Result<CloudSsoSession, CloudSsoFault>> {
  if (!token) return refuse('access-token-malformed');
  const found = await sessions.find(token.person, token.id);
  if (!found.ok) return err(serviceUnavailable(found.error));
  const own = found.value && asCloudSso(found.value);
  return own && isSecretOf(token.secret, own.session.secretHash) ? ok(own) : refuse('access-token-unknown');
}

/**
 * The session of the request's access token. Sets `hasProved`. Fails with `InvalidAccessToken` or `ServiceUnavailable`.
 */
export async function findHolder(c: LoginContext, deps: LoginDeps): Promise<Result<Holder, CloudSsoFault>> {
  const found = await findByToken(readAccessToken(c.req.header('authorization')), deps);
  if (!found.ok) return found;
  c.set('hasProved', true);
  const signOn = await currentSignOn(deps.signOn);
  if (!signOn.ok) return err(serviceUnavailable(signOn.error));
  const now = c.get('now');
  const counts = await judgeUse(c, signOn.value, deps)(found.value.session);
  if (!counts.ok) return err(serviceUnavailable(counts.error));
  if (!counts.value) return endAndRefuse(c, found.value.session, deps);
  const noted = await noteUse(found.value.session, counts.value, now, deps);
  if (!noted.ok) return noted;
  const session = noted.value;
  const endsAt = absoluteEnd(session, signOn.value.sessions);
  const requirement = requirementOf(session, signOn.value);
  return ok({ ...found.value, session, signedIn: { session, endsAt, requirement, isCookieNew: false } });
}
