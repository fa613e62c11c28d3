// grant_type=refresh_token: a token for the next minutes, and the next refresh token. Each is good once; one that turns up
// later is somebody's copy, and ends the session (RFC 9700 section 4.14.2).
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import type { Session } from '../../../shared/people/session.ts';
import type { SessionKeys } from '../keys/session-keys.ts';
import type { LoginDeps } from '../request/deps.ts';
import { type TokenFault, unavailable } from '../request/token-fault.ts';
import { hashSecret, isSecretOf } from '../sessions/session-cookie.ts';
import { isOpen } from '../sessions/session-limits.ts';
import type { Begun } from './begin-command-line.ts';
import type { Moment } from './moment.ts';
import type { Parameters } from './read-parameters.ts';
import { type RefreshToken, readRefreshToken, successors } from './refresh-token.ts';

/** As long as somebody waits for an answer that was lost, and asks again. */
const ASK_AGAIN_MS = 30_000;

/** `changed`: another request wrote the session since it was read. */
type Attempted = Promise<Result<Begun | 'changed', TokenFault>>;

const refuse = (reason: string, session?: Session) => {
  const about = session && { connection: session.connection, subject: session.subject, session: session.id };
  return err({ error: 'invalid_grant', reason, ...(about && { about }) } as const);
};

/** Of its token's session, if the token ever was one of its; anybody can make up another. */
export async function findByToken(
  token: RefreshToken | undefined,
  { sessions }: LoginDeps,
): Promise<Result<Session | undefined, TokenFault>> {
  if (!token) return ok(undefined);
  const found = await sessions.find(token.person, token.id);
  if (!found.ok) return err(unavailable(found.error));
  const isOwn = isSecretOf(token.family, found.value?.commandLine?.familyHash);
  return ok(isOwn ? found.value : undefined);
}

/** The successor that was given to whoever came with this token a moment ago, if the answer may have been lost. */
function givenBefore(
  session: Session,
  token: RefreshToken,
  now: Date,
  keys: SessionKeys,
): string | undefined {
  const isAgain =
    isSecretOf(token.secret, session.commandLine?.previousHash) &&
    now.getTime() - session.rotatedAt.getTime() < ASK_AGAIN_MS;
  return isAgain
    ? successors(token, keys).find((secret) => isSecretOf(secret, session.secretHash))
    : undefined;
}

async function end(
  session: Session,
  reason: string,
  { sessions }: LoginDeps,
): Promise<Result<never, TokenFault>> {
  const ended = await sessions.end([session]);
  return ended.ok ? refuse(reason, session) : err(unavailable(ended.error));
}

async function rotate(session: Session, token: RefreshToken, { now }: Moment, deps: LoginDeps): Attempted {
  const [secret] = successors(token, deps.tokens.keys);
  if (secret === undefined) throw new Error('no key for refresh tokens');
  const commandLine = session.commandLine && { ...session.commandLine, previousHash: session.secretHash };
  const changed = { secretHash: hashSecret(secret), commandLine, rotatedAt: now, lastSeenAt: now };
  const after: Session = { ...session, ...changed, version: session.version + 1 };
  const replaced = await deps.sessions.replace(session, after);
  if (!replaced.ok) return err(unavailable(replaced.error));
  return ok(replaced.value === 'replaced' ? { session: after, token: { ...token, secret } } : 'changed');
}

async function attempt(token: RefreshToken, moment: Moment, deps: LoginDeps): Attempted {
  const found = await findByToken(token, deps);
  if (!found.ok) return found;
  const session = found.value;
  if (!session) return refuse('refresh-token-unknown');
  if (!isOpen(session, moment.signOn, moment.now)) return end(session, 'session-ended', deps);
  if (isSecretOf(token.secret, session.secretHash)) return rotate(session, token, moment, deps);
  const secret = givenBefore(session, token, moment.now, deps.tokens.keys);
  return secret === undefined
    ? end(session, 'refresh-token-reused', deps)
    : ok({ session, token: { ...token, secret } });
}

export async function refresh(
  given: Parameters,
  moment: Moment,
  deps: LoginDeps,
): Promise<Result<Begun, TokenFault>> {
  if (given['refresh_token'] === undefined)
    return err({ error: 'invalid_request', reason: 'refresh-token-missing' });
  const token = readRefreshToken(given['refresh_token']);
  if (!token) return refuse('refresh-token-malformed');
  const first = await attempt(token, moment, deps);
  // Another request with the same token was quicker: what it wrote is judged.
  const attempted = first.ok && first.value === 'changed' ? await attempt(token, moment, deps) : first;
  if (!attempted.ok) return attempted;
  const { value } = attempted;
  return value === 'changed' ? err({ error: 'temporarily_unavailable', reason: value }) : ok(value);
}
