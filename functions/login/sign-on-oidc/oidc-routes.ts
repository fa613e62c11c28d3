// Signing on at an OpenID Provider: authorization code flow with PKCE, state and nonce (OpenID Connect Core section 3.1,
// RFC 9700). What must come back is sealed in a cookie of the browser that started (login CSRF), and good for one use.

import { randomBytes } from 'node:crypto';
import { Hono } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import * as z from 'zod';
import { consumeOnce, onceKey } from '../../../shared/kernel/consume-once.ts';
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import type { SignOnFailure, SignOnReason } from '../../../shared/people/sign-on-failure.ts';
import type { OidcConnection } from '../../../shared/rules/sign-on/oidc-connection.ts';
import type { SignOnInForce } from '../../../shared/rules/sign-on/sign-on.ts';
import { openState, SIGN_ON_SECONDS, SIGN_ON_STATE, sealState } from '../keys/sealed-state.ts';
import { FRESH, RETURN_TO, returnPath } from '../paths/page-paths.ts';
import { connectionOf, currentSignOn } from '../request/current-sign-on.ts';
import type { LoginDeps } from '../request/deps.ts';
import { failurePage } from '../request/failure-page.tsx';
import type { LoginContext, LoginEnv } from '../request/login-env.ts';
import { finishSignOn, type Verified } from '../sign-on/finish-sign-on.ts';
import { readIdToken } from './read-id-token.ts';

const STATE_COOKIE = 'stint-sign-on';
/** Lax: the identity provider sends the browser back by a navigation from another site. */
const ATTRIBUTES = { prefix: 'host', path: '/', secure: true, httpOnly: true, sameSite: 'Lax' } as const;

const OidcState = z.object({ ...SIGN_ON_STATE, nonce: z.string(), verifier: z.string() });
type OidcState = z.infer<typeof OidcState>;

const RANDOM_BYTES = 32;
const random = (): string => randomBytes(RANDOM_BYTES).toString('base64url');

/** One for each connection: an answer that comes to another's address is refused (mix-up, RFC 9700 section 4.4). */
const redirectUri = ({ id }: OidcConnection, { publicUrl }: LoginDeps): string =>
  `${publicUrl}/login/callback/${id}`;

async function start(c: LoginContext, connection: OidcConnection, deps: LoginDeps) {
  const returnTo = returnPath(c.req.query(RETURN_TO));
  const checks = { state: random(), nonce: random(), verifier: random() };
  const isFresh = c.req.query(FRESH) !== undefined;
  const url = await deps.oidc.authorizationUrl(connection, redirectUri(connection, deps), checks, isFresh);
  if (!url.ok) return failurePage(c, url.error, deps);
  const state: OidcState = { connection: connection.id, returnTo, ...checks };
  const sealed = await sealState(state, c.get('now'), deps.tokens.keys);
  setCookie(c, STATE_COOKIE, sealed, { ...ATTRIBUTES, maxAge: SIGN_ON_SECONDS });
  return c.redirect(url.value.href, 303);
}

const ended = (reason: SignOnReason) => err({ code: 'sign_on_ended', reason } as const);

/** The state that this browser left with, the first time that it comes back with it. */
async function consumeState(
  c: LoginContext,
  connection: OidcConnection,
  deps: LoginDeps,
): Promise<Result<OidcState, SignOnFailure>> {
  const now = c.get('now');
  const sealed = getCookie(c, STATE_COOKIE, 'host');
  if (sealed === undefined) return ended('state-missing');
  const state = await openState(OidcState, sealed, now, deps.tokens.keys);
  if (!state || state.connection !== connection.id || state.state !== c.req.query('state'))
    return ended('state-unreadable');
  const expiresAt = new Date(now.getTime() + SIGN_ON_SECONDS * 1000);
  const key = onceKey('sign-on-state', connection.id, state.state);
  const used = { code: 'sign_on_ended', reason: 'state-used' } as const;
  const consumed = await consumeOnce(deps.once, key, expiresAt, used);
  return consumed.ok ? ok(state) : consumed;
}

async function verify(
  c: LoginContext,
  connection: OidcConnection,
  signOn: SignOnInForce,
  deps: LoginDeps,
): Promise<Result<Verified, SignOnFailure>> {
  const state = await consumeState(c, connection, deps);
  if (!state.ok) return state;
  const callback = new URL(redirectUri(connection, deps));
  callback.search = new URL(c.req.url).search;
  const redeemed = await deps.oidc.redeem(connection, callback, state.value, signOn);
  if (!redeemed.ok) return redeemed;
  const { claims, idToken } = redeemed.value;
  const signedOn = readIdToken(claims, connection, c.get('now'));
  return signedOn.ok ? ok({ signedOn: signedOn.value, returnTo: state.value.returnTo, idToken }) : signedOn;
}

async function finish(c: LoginContext, connection: OidcConnection, signOn: SignOnInForce, deps: LoginDeps) {
  const verified = await verify(c, connection, signOn, deps);
  deleteCookie(c, STATE_COOKIE, ATTRIBUTES);
  return finishSignOn(c, connection.id, verified, signOn, deps);
}

export function oidcRoutes(deps: LoginDeps): Hono<LoginEnv> {
  type Step = (
    c: LoginContext,
    connection: OidcConnection,
    signOn: SignOnInForce,
  ) => Response | Promise<Response>;
  const atConnection = (step: Step) => async (c: LoginContext) => {
    const signOn = await currentSignOn(deps.signOn);
    if (!signOn.ok) return failurePage(c, signOn.error, deps);
    const connection = connectionOf(signOn.value, 'oidc', c.req.param('connection') ?? '');
    return connection.ok ? step(c, connection.value, signOn.value) : failurePage(c, connection.error, deps);
  };
  return new Hono<LoginEnv>()
    .get(
      '/login/start/:connection',
      atConnection((c, connection) => start(c, connection, deps)),
    )
    .get(
      '/login/callback/:connection',
      atConnection((c, connection, signOn) => finish(c, connection, signOn, deps)),
    );
}
