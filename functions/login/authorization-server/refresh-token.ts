// The refresh token of a command line: its format, its rotation and its revocation.
import { createHmac } from 'node:crypto';
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import { PersonKey } from '../../../shared/people/person.ts';
import { type Session, SessionId } from '../../../shared/people/session.ts';
import type { SessionKeys } from '../keys/session-key-set.ts';
import type { LoginDeps } from '../request/deps.ts';
import type { LoginContext } from '../request/login-env.ts';
import { noteActivity, record } from '../request/record.ts';
import { type CommandLineReason, formatFault, type TokenFault, unavailable } from '../request/token-fault.ts';
import { hashSecret, isSecretOf } from '../sessions/session-cookie.ts';
import { type GrantContext, type Parameters, readTokenRequest } from './oauth-parameters.ts';

/** Tells a refresh token from a cookie, and lets secret scanners find a leaked one. */
const MARK = 'stint_refresh';
const FAMILY = /^[A-Za-z0-9_-]{22}$/;
const SECRET = /^[A-Za-z0-9_-]{43}$/;

/**
 * The token names the row of its session, and has two secrets, of which the row holds hashes: `family` is the same in every
 * token of the session, and `secret` is valid for one refresh.
 */
export interface RefreshToken {
  readonly person: PersonKey;
  readonly id: SessionId;
  readonly family: string;
  readonly secret: string;
}

/** A session with the refresh token that opens it. */
export interface CommandLineSession {
  readonly session: Session;
  readonly token: RefreshToken;
}

/** Opaque to the command line. */
export const writeRefreshToken = ({ person, id, family, secret }: RefreshToken): string =>
  [MARK, person, id, family, secret].join('.');

function readRefreshToken(text: string | undefined): RefreshToken | undefined {
  const [mark, person, id, family = '', secret = '', ...rest] = (text ?? '').split('.');
  const [key, sessionId] = [PersonKey.safeParse(person).data, SessionId.safeParse(id).data];
  if (mark !== MARK || !key || !sessionId || rest.length > 0) return undefined;
  return FAMILY.test(family) && SECRET.test(secret)
    ? { person: key, id: sessionId, family, secret }
    : undefined;
}

/**
 * The secrets that may follow this token, one for each session key, the signing key's first. They are derived from the token,
 * so a client that lost a response and repeats its request gets the same token, and two concurrent requests get the same one.
 */
const successors = (token: RefreshToken, { succession }: SessionKeys): readonly string[] =>
  succession.map((key) => createHmac('sha256', key).update(writeRefreshToken(token)).digest('base64url'));

/** How long a client may repeat a request whose response it lost. */
const RETRY_MS = 30_000;

/** `changed`: another request wrote the session after this one read it. */
type Attempted = Promise<Result<CommandLineSession | 'changed', TokenFault>>;

const refuse = (reason: CommandLineReason, session?: Session) => {
  const about = session && { connection: session.connection, subject: session.subject, session: session.id };
  return err({ error: 'invalid_grant', reason, ...(about && { about }) } as const);
};

/** The session of the token. Undefined: the token never belonged to a session, or its session is gone. */
async function findByToken(
  token: RefreshToken | undefined,
  { sessions }: LoginDeps,
): Promise<Result<Session | undefined, TokenFault>> {
  if (!token) return ok(undefined);
  const found = await sessions.find(token.person, token.id);
  if (!found.ok) return err(unavailable(found.error));
  const isOwn = isSecretOf(token.family, found.value?.commandLine?.familyHash);
  return ok(isOwn ? found.value : undefined);
}

/** The secret that an earlier request with this token got, while the client may still repeat that request. */
function repeatedSuccessor(
  session: Session,
  token: RefreshToken,
  now: Date,
  keys: SessionKeys,
): string | undefined {
  const isRepeated =
    isSecretOf(token.secret, session.commandLine?.previousHash) &&
    now.getTime() - session.rotatedAt.getTime() < RETRY_MS;
  return isRepeated
    ? successors(token, keys).find((secret) => isSecretOf(secret, session.secretHash))
    : undefined;
}

async function endAndRefuse(
  session: Session,
  reason: CommandLineReason,
  { sessions }: LoginDeps,
): Promise<Result<never, TokenFault>> {
  const ended = await sessions.end([session]);
  return ended.ok ? refuse(reason, session) : err(unavailable(ended.error));
}

async function rotate(
  session: Session,
  token: RefreshToken,
  { now }: GrantContext,
  deps: LoginDeps,
): Attempted {
  const [secret] = successors(token, deps.tokens.keys);
  if (secret === undefined) throw new Error('no key for refresh tokens');
  const commandLine = session.commandLine && { ...session.commandLine, previousHash: session.secretHash };
  const changed = { secretHash: hashSecret(secret), commandLine, rotatedAt: now, lastSeenAt: now };
  const after: Session = { ...session, ...changed, version: session.version + 1 };
  const replaced = await deps.sessions.replace(session, after);
  if (!replaced.ok) return err(unavailable(replaced.error));
  return ok(replaced.value === 'replaced' ? { session: after, token: { ...token, secret } } : 'changed');
}

async function attempt(token: RefreshToken, context: GrantContext, deps: LoginDeps): Attempted {
  const found = await findByToken(token, deps);
  if (!found.ok) return found;
  if (!found.value) return refuse('refresh-token-unknown');
  const counts = await context.judge(found.value);
  if (!counts.ok) return err(unavailable(counts.error));
  if (!counts.value) return endAndRefuse(found.value, 'session-ended', deps);
  const session = { ...found.value, ...counts.value };
  if (isSecretOf(token.secret, session.secretHash)) return rotate(session, token, context, deps);
  const secret = repeatedSuccessor(session, token, context.now, deps.tokens.keys);
  return secret === undefined
    ? endAndRefuse(session, 'refresh-token-reused', deps)
    : ok({ session, token: { ...token, secret } });
}

/**
 * The refresh grant (RFC 6749 section 6) with rotation: returns the session with its next refresh token. A token that was
 * replaced earlier is a copy, and ends the session (RFC 9700 section 4.14.2). Fails with `invalid_grant`, `invalid_request`
 * or `temporarily_unavailable`.
 */
export async function refresh(
  parameters: Parameters,
  context: GrantContext,
  deps: LoginDeps,
): Promise<Result<CommandLineSession, TokenFault>> {
  if (parameters['refresh_token'] === undefined)
    return err({ error: 'invalid_request', reason: 'refresh-token-missing' });
  const token = readRefreshToken(parameters['refresh_token']);
  if (!token) return refuse('refresh-token-malformed');
  const first = await attempt(token, context, deps);
  // A concurrent request with the same token was faster: check the token against what that one wrote.
  const attempted = first.ok && first.value === 'changed' ? await attempt(token, context, deps) : first;
  if (!attempted.ok) return attempted;
  const { value } = attempted;
  return value === 'changed' ? err({ error: 'temporarily_unavailable', reason: value }) : ok(value);
}

/**
 * POST /login/revoke: the command line signs out (RFC 7009). Any token that the session ever had ends it. An unknown token
 * gets the same response (section 2.2).
 */
export const revokeToken = (deps: LoginDeps) => async (c: LoginContext) => {
  const parameters = await readTokenRequest(c);
  if (!parameters.ok) return formatFault(c, parameters.error, deps);
  const { token } = parameters.value;
  if (token === undefined) return formatFault(c, { error: 'invalid_request', reason: 'token-missing' }, deps);
  const found = await findByToken(readRefreshToken(token), deps);
  if (!found.ok) return formatFault(c, found.error, deps);
  const session = found.value;
  if (!session) return c.body(null, 200);
  c.set('hasProved', true);
  const ended = await deps.sessions.end([session]);
  if (!ended.ok) return formatFault(c, unavailable(ended.error), deps);
  const { connection, subject, id } = session;
  const recorded = await record(c, { action: 'sign-out', connection, subject, session: id }, deps);
  if (!recorded.ok)
    return formatFault(c, unavailable({ reason: 'audit-lost', cause: recorded.error.cause ?? '' }), deps);
  await noteActivity(c, session, { kind: 'session_ended', subject: '' }, deps);
  return c.body(null, 200);
};
