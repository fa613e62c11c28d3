// Sign-outs that the identity provider orders: by its server (OpenID Connect Back-Channel Logout 1.0), which takes effect
// at once, and by a frame in the person's browser (Front-Channel Logout 1.0). Neither needs the session's cookie.
import { Hono } from 'hono';
import { consumeOnce, onceKey } from '../../../shared/kernel/consume-once.ts';
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import { type StoreFault, storeUnavailable } from '../../../shared/kernel/store-fault.ts';
import { type Person, personKey } from '../../../shared/people/person.ts';
import type { Session } from '../../../shared/people/session.ts';
import type { SignOnFailure } from '../../../shared/people/sign-on-failure.ts';
import type { OidcConnection } from '../../../shared/rules/sign-on/oidc-connection.ts';
import type { SignOnInForce } from '../../../shared/rules/sign-on/sign-on.ts';
import { connectionOf, currentSignOn } from '../request/current-sign-on.ts';
import type { LoginDeps } from '../request/deps.ts';
import type { LoginContext, LoginEnv } from '../request/login-env.ts';
import type { LogoutToken } from '../request/oidc-port.ts';
import { readForm } from '../request/read-request.ts';
import { record } from '../request/record.ts';
import { endAtProvider, type Meant } from '../sessions/end-at-provider.ts';
import { isEchoOfOwnSignOut } from '../sessions/own-sign-out.ts';
import { recordLogout, whoOf } from '../sessions/record-logout.ts';
import { vouchedFor } from '../sessions/vouched-for.ts';
import { LOGOUT_TOKEN_SECONDS } from './idp-keys.ts';

interface Found {
  readonly connection: OidcConnection;
  readonly signOn: SignOnInForce;
}

type Sessions = Promise<Result<readonly Session[], StoreFault>>;
type Named = Pick<LogoutToken, 'sub' | 'sid'>;

const refused = () => err({ code: 'logout_refused', reason: 'logout-token-refused' } as const);
const unavailable = (fault: StoreFault) => err(storeUnavailable(fault));

/** With `sid` the one session of the provider, else all that the person has through this connection (section 2.7). */
async function sessionsOf(order: LogoutToken, connection: OidcConnection, { sessions }: LoginDeps): Sessions {
  const { sub = '', sid, endsWhatBeganBy } = order;
  const found =
    sid === undefined
      ? await sessions.list(personKey(connection.id, sub))
      : await sessions.listByIdpSession(connection.id, sid);
  return found.ok ? ok(found.value.filter(({ signedOnAt }) => signedOnAt <= endsWhatBeganBy)) : found;
}

/** Where people are named by another claim, a token that has only `sub` names nobody. */
const namesSomebody = ({ sid }: LogoutToken, { subject }: OidcConnection): boolean =>
  sid !== undefined || subject === 'sub';

async function readOrder(
  c: LoginContext,
  { connection, signOn }: Found,
  deps: LoginDeps,
): Promise<Result<LogoutToken, SignOnFailure>> {
  const { logout_token: token } = await readForm(c);
  if (typeof token !== 'string') return refused();
  const order = await deps.oidc.readLogoutToken(connection, token, signOn);
  return order.ok && !namesSomebody(order.value, connection) ? refused() : order;
}

/** Whom it names, with a session here or without. */
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

async function meaningOf(
  named: Named,
  found: Result<readonly Session[], StoreFault>,
  connection: OidcConnection,
  now: Date,
  deps: LoginDeps,
): Promise<Result<Meant, SignOnFailure>> {
  if (!found.ok) return unavailable(found.error);
  const people = await peopleOf(named, connection, deps);
  if (!people.ok) return unavailable(people.error);
  const meant = { sessions: found.value, people: people.value, isEcho: false };
  // Whoever makes up sessions at the front channel shall write nothing: where nobody is known, nothing is asked.
  const isAnybody = meant.sessions.length > 0 || meant.people.length > 0;
  if (named.sid === undefined || !isAnybody) return ok(meant);
  const echo = await isEchoOfOwnSignOut(connection.id, named.sid, now, deps.once);
  return echo.ok ? ok({ ...meant, isEcho: echo.value }) : unavailable(echo.error);
}

async function obey(
  meant: Result<Meant, SignOnFailure>,
  by: Date,
  deps: LoginDeps,
): Promise<Result<Meant, SignOnFailure>> {
  if (!meant.ok) return meant;
  const ended = await endAtProvider({ ...meant.value, by }, deps);
  return ended.ok ? meant : unavailable(ended.error);
}

/**
 * Spent last: when the table fails, the provider may send the same token again. Until then a second one ends nothing more,
 * since it means only what began before it.
 */
async function carryOut(
  c: LoginContext,
  connection: OidcConnection,
  order: LogoutToken,
  deps: LoginDeps,
): Promise<Result<Meant, SignOnFailure>> {
  const found = await sessionsOf(order, connection, deps);
  const meant = await meaningOf(order, found, connection, c.get('now'), deps);
  const obeyed = await obey(meant, order.endsWhatBeganBy, deps);
  if (!obeyed.ok) return obeyed;
  const expiresAt = new Date(c.get('now').getTime() + 2 * LOGOUT_TOKEN_SECONDS * 1000);
  const key = onceKey('logout-token', connection.id, order.jti);
  const used = { code: 'logout_refused', reason: 'logout-token-used' } as const;
  const consumed = await consumeOnce(deps.once, key, expiresAt, used);
  return consumed.ok ? obeyed : consumed;
}

/** One that does nothing here has its row as well. */
async function recordOutcome(
  c: LoginContext,
  { id }: OidcConnection,
  obeyed: Result<Meant, SignOnFailure>,
  deps: LoginDeps,
): Promise<Result<void, SignOnFailure>> {
  if (obeyed.ok) {
    const rows = whoOf(obeyed.value);
    return recordLogout(c, id, rows.length === 0 ? [{}] : rows, deps);
  }
  await record(c, { action: 'logout', connection: id, failure: obeyed.error }, deps);
  return obeyed;
}

/** Section 2.8: 200 when done, 400 when the token is wrong; on 503 the provider may try again. */
function answer(c: LoginContext, outcome: Result<void, SignOnFailure>, { logger }: LoginDeps) {
  if (outcome.ok) return c.body(null, 200);
  const { code, reason, cause = '' } = outcome.error;
  logger.log('info', 'refused', { requestId: c.get('requestId'), code, reason, cause });
  return code === 'logout_refused'
    ? c.json({ error: 'invalid_request' }, 400)
    : c.json({ error: 'temporarily_unavailable' }, 503);
}

async function findConnection(c: LoginContext, deps: LoginDeps): Promise<Result<Found, SignOnFailure>> {
  const signOn = await currentSignOn(deps.signOn);
  if (!signOn.ok) return signOn;
  const connection = connectionOf(signOn.value, 'oidc', c.req.param('connection') ?? '');
  return connection.ok ? ok({ connection: connection.value, signOn: signOn.value }) : connection;
}

export const backChannelLogout = (deps: LoginDeps): Hono<LoginEnv> =>
  new Hono<LoginEnv>().post('/login/backchannel-logout/:connection', async (c) => {
    const found = await findConnection(c, deps);
    if (!found.ok) return answer(c, found.error.code === 'not_found' ? refused() : found, deps);
    const { connection } = found.value;
    const order = await readOrder(c, found.value, deps);
    const obeyed = order.ok ? await carryOut(c, connection, order.value, deps) : order;
    c.set('hasProved', obeyed.ok);
    return answer(c, await recordOutcome(c, connection, obeyed, deps), deps);
  });

/**
 * Whoever knows the provider's name of a session may end it: that is all this endpoint can do, and the name is as good as
 * secret. The one page that may stand in a frame, the provider's own; it is empty.
 */
export const frontChannelLogout = (deps: LoginDeps): Hono<LoginEnv> =>
  new Hono<LoginEnv>().get('/login/frontchannel-logout/:connection', async (c) => {
    const asked = await findConnection(c, deps);
    if (!asked.ok) return c.body(null, 404);
    const { iss, sid } = c.req.query();
    const { connection } = asked.value;
    const { issuer, id } = connection;
    c.header('content-security-policy', `default-src 'none'; frame-ancestors ${new URL(issuer).origin}`);
    c.header('referrer-policy', 'no-referrer');
    c.header('x-content-type-options', 'nosniff');
    if (iss !== issuer || sid === undefined) return c.body(null, 400);
    const found = await deps.sessions.listByIdpSession(id, sid);
    const meant = await meaningOf({ sid }, found, connection, c.get('now'), deps);
    // Anybody can call this: only what happened goes into the audit trail.
    if (meant.ok && whoOf(meant.value).length === 0) return c.body(null, 200);
    const obeyed = await obey(meant, c.get('now'), deps);
    c.set('hasProved', obeyed.ok);
    const recorded = await recordOutcome(c, connection, obeyed, deps);
    return c.body(null, recorded.ok ? 200 : 503);
  });
