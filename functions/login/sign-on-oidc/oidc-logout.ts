// Logouts that an OpenID Provider requests: by its server (OpenID Connect Back-Channel Logout 1.0), with a signed token, and by
// a frame in the person's browser (Front-Channel Logout 1.0), with the name of the session. Both end sessions at once, and
// neither needs the session's cookie.

import { Hono } from 'hono';
import { consumeOnce, onceKey } from '../../../shared/kernel/consume-once.ts';
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import { type StoreFault, storeUnavailable } from '../../../shared/kernel/store-fault.ts';
import { type Person, personKey } from '../../../shared/people/person.ts';
import type { Session } from '../../../shared/people/session.ts';
import type { SignOnFailure } from '../../../shared/people/sign-on-failure.ts';
import type { OidcConnection } from '../../../shared/rules/sign-on/oidc-connection.ts';
import type { SignOnInForce } from '../../../shared/rules/sign-on/sign-on.ts';
import { CONNECTION_ROUTES } from '../paths/sign-on-paths.ts';
import type { LoginDeps } from '../request/deps.ts';
import type { LoginContext, LoginEnv } from '../request/login-env.ts';
import type { LogoutToken } from '../request/oidc-port.ts';
import { record } from '../request/record.ts';
import { readForm } from '../request/request-parts.ts';
import { logRefusal } from '../request/trace-request.ts';
import {
  endAtProvider,
  isEchoOfOwnSignOut,
  type LogoutTarget,
  logoutRows,
  recordLogout,
  vouchedFor,
} from '../sessions/provider-logout.ts';
import { findConnection } from '../sign-on/find-connection.ts';
import { LOGOUT_TOKEN_SECONDS } from './idp-tokens.ts';

const refused = () => err({ code: 'logout_refused', reason: 'logout-token-refused' } as const);

export const backChannelLogout = (deps: LoginDeps): Hono<LoginEnv> =>
  new Hono<LoginEnv>().post(CONNECTION_ROUTES.backChannelLogout, async (c) => {
    const found = await findConnection(c, 'oidc', deps);
    if (!found.ok) return answer(c, found.error.code === 'not_found' ? refused() : found, deps);
    const { connection } = found.value;
    const token = await readToken(c, found.value, deps);
    const outcome = token.ok ? await handleLogoutToken(c, connection, token.value, deps) : token;
    c.set('hasProved', outcome.ok);
    return answer(c, await recordOutcome(c, connection, outcome, deps), deps);
  });

/**
 * A stranger who knows the provider's name of a session can end it; that is all that this endpoint does, and the name is as
 * good as secret. The empty page is the only one that may stand in a frame, and only in one of the provider's pages.
 */
export const frontChannelLogout = (deps: LoginDeps): Hono<LoginEnv> =>
  new Hono<LoginEnv>().get(CONNECTION_ROUTES.frontChannelLogout, async (c) => {
    const found = await findConnection(c, 'oidc', deps);
    if (!found.ok) return c.body(null, 404);
    const { iss, sid } = c.req.query();
    const { connection } = found.value;
    const { issuer, id } = connection;
    c.header('content-security-policy', `default-src 'none'; frame-ancestors ${new URL(issuer).origin}`);
    c.header('referrer-policy', 'no-referrer');
    c.header('x-content-type-options', 'nosniff');
    if (iss !== issuer || sid === undefined) return c.body(null, 400);
    const sessions = await deps.sessions.listByIdpSession(id, sid);
    const meant = await findMeant({ sid }, sessions, connection, c.get('now'), deps);
    // Strangers can call this: the audit trail gets a row only if something ended.
    if (meant.ok && logoutRows(meant.value).length === 0) return c.body(null, 200);
    const outcome = await endSessions(meant, c.get('now'), deps);
    c.set('hasProved', outcome.ok);
    const recorded = await recordOutcome(c, connection, outcome, deps);
    return c.body(null, recorded.ok ? 200 : 503);
  });

async function readToken(
  c: LoginContext,
  { connection, signOn }: { readonly connection: OidcConnection; readonly signOn: SignOnInForce },
  deps: LoginDeps,
): Promise<Result<LogoutToken, SignOnFailure>> {
  const { logout_token: text } = await readForm(c);
  if (typeof text !== 'string') return refused();
  const token = await deps.oidc.readLogoutToken(connection, text, signOn);
  return token.ok && !namesSomebody(token.value, connection) ? refused() : token;
}

/** If the connection names people by another claim than `sub`, a token that has only `sub` names no person. */
const namesSomebody = ({ sid }: LogoutToken, { subject }: OidcConnection): boolean =>
  sid !== undefined || subject === 'sub';

/**
 * The token is consumed last: if the store fails, the provider may send the same token again. Until it is consumed, a second
 * delivery ends nothing more, since the token covers only sessions that began before it.
 */
async function handleLogoutToken(
  c: LoginContext,
  connection: OidcConnection,
  token: LogoutToken,
  deps: LoginDeps,
): Promise<Result<LogoutTarget, SignOnFailure>> {
  const now = c.get('now');
  const sessions = await sessionsOf(token, connection, deps);
  const meant = await findMeant(token, sessions, connection, now, deps);
  const ended = await endSessions(meant, token.endsWhatBeganBy, deps);
  if (!ended.ok) return ended;
  const expiresAt = new Date(now.getTime() + 2 * LOGOUT_TOKEN_SECONDS * 1000);
  const key = onceKey('logout-token', connection.id, token.jti);
  const used = { code: 'logout_refused', reason: 'logout-token-used' } as const;
  const consumed = await consumeOnce(deps.once, key, expiresAt, used);
  return consumed.ok ? ended : consumed;
}

/** With `sid` the provider's one session, otherwise all sessions of the person at this connection (section 2.7). */
async function sessionsOf(
  { sub = '', sid, endsWhatBeganBy }: LogoutToken,
  connection: OidcConnection,
  { sessions }: LoginDeps,
): Promise<Result<readonly Session[], StoreFault>> {
  const found =
    sid === undefined
      ? await sessions.list(personKey(connection.id, sub))
      : await sessions.listByIdpSession(connection.id, sid);
  return found.ok ? ok(found.value.filter(({ signedOnAt }) => signedOnAt <= endsWhatBeganBy)) : found;
}

type Named = Pick<LogoutToken, 'sub' | 'sid'>;

/** The sessions and people that a logout covers, and whether it only repeats a sign-out that began here. */
async function findMeant(
  named: Named,
  sessions: Result<readonly Session[], StoreFault>,
  connection: OidcConnection,
  now: Date,
  deps: LoginDeps,
): Promise<Result<LogoutTarget, SignOnFailure>> {
  if (!sessions.ok) return err(storeUnavailable(sessions.error));
  const people = await peopleOf(named, connection, deps);
  if (!people.ok) return err(storeUnavailable(people.error));
  const meant = { sessions: sessions.value, people: people.value, isEcho: false };
  // isEchoOfOwnSignOut writes a row, so a stranger who makes up session names at the front channel must not get this far.
  const isAnybody = meant.sessions.length > 0 || meant.people.length > 0;
  if (named.sid === undefined || !isAnybody) return ok(meant);
  const echo = await isEchoOfOwnSignOut(connection.id, named.sid, now, deps.once);
  return echo.ok ? ok({ ...meant, isEcho: echo.value }) : err(storeUnavailable(echo.error));
}

/** The people that the logout names, with a session here or without. */
async function peopleOf(
  { sub, sid }: Named,
  { id, subject }: OidcConnection,
  { passkeys }: LoginDeps,
): Promise<Result<readonly Person[], StoreFault>> {
  const bySubject = sub !== undefined && subject === 'sub' ? [{ connection: id, subject: sub }] : [];
  if (sid === undefined) return ok(bySubject);
  const bySession = await vouchedFor(id, sid, passkeys);
  return bySession.ok ? ok([...bySubject, ...bySession.value]) : bySession;
}

/** `by`: sign-ons after this time are not covered. */
async function endSessions(
  meant: Result<LogoutTarget, SignOnFailure>,
  by: Date,
  deps: LoginDeps,
): Promise<Result<LogoutTarget, SignOnFailure>> {
  if (!meant.ok) return meant;
  const ended = await endAtProvider({ ...meant.value, by }, deps);
  return ended.ok ? meant : err(storeUnavailable(ended.error));
}

/** A logout that ends nothing has an audit row as well. */
async function recordOutcome(
  c: LoginContext,
  { id }: OidcConnection,
  outcome: Result<LogoutTarget, SignOnFailure>,
  deps: LoginDeps,
): Promise<Result<void, SignOnFailure>> {
  if (outcome.ok) {
    const rows = logoutRows(outcome.value);
    return recordLogout(c, id, rows.length === 0 ? [{}] : rows, deps);
  }
  await record(c, { action: 'logout', connection: id, failure: outcome.error }, deps);
  return outcome;
}

/** Section 2.8: 200 when done, 400 if the token is wrong; after a 503 the provider may try again. */
function answer(c: LoginContext, outcome: Result<void, SignOnFailure>, deps: LoginDeps) {
  if (outcome.ok) return c.body(null, 200);
  logRefusal(c, 'info', outcome.error, deps);
  return outcome.error.code === 'logout_refused'
    ? c.json({ error: 'invalid_request' }, 400)
    : c.json({ error: 'temporarily_unavailable' }, 503);
}
