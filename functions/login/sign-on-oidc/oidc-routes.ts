// Signing on at an OpenID Provider: authorization code flow with PKCE, state and nonce (OpenID Connect Core section 3.1,
// RFC 9700). The values that must come back are sealed in a cookie of the browser that started (login CSRF), for one use.

import { Hono } from 'hono';
import * as z from 'zod';
import { ok, type Result } from '../../../shared/kernel/result.ts';
import type { SignOnFailure } from '../../../shared/people/sign-on-failure.ts';
import type { OidcConnection } from '../../../shared/rules/sign-on/oidc-connection.ts';
import type { SignOnInForce } from '../../../shared/rules/sign-on/sign-on.ts';
import { randomText, SIGN_ON_SECONDS } from '../keys/sealed-state.ts';
import { FRESH, RETURN_TO, returnPath } from '../paths/page-paths.ts';
import { CONNECTION_ROUTES, connectionPath } from '../paths/sign-on-paths.ts';
import type { LoginDeps } from '../request/deps.ts';
import { failurePage } from '../request/failure-page.tsx';
import type { LoginContext, LoginEnv } from '../request/login-env.ts';
import { atConnection } from '../sign-on/find-connection.ts';
import { finishSignOn, type VerifiedSignOn } from '../sign-on/finish-sign-on.ts';
import { consumeSignOnState, SIGN_ON_STATE, type StateCookie, writeState } from '../sign-on/state-cookie.ts';
import { firstIdToken, readIdToken } from './idp-tokens.ts';

const OidcState = z.object({ ...SIGN_ON_STATE, nonce: z.string(), verifier: z.string() });
type OidcState = z.infer<typeof OidcState>;

/** Lax: the identity provider sends the browser back by a navigation from another site. */
const STATE_COOKIE: StateCookie<OidcState> = {
  name: 'stint-sign-on',
  sameSite: 'Lax',
  seconds: SIGN_ON_SECONDS,
  kind: OidcState,
};

/** One for each connection: an answer that comes to another's address is refused (mix-up, RFC 9700 section 4.4). */
const redirectUri = ({ id }: OidcConnection, { publicUrl }: LoginDeps): string =>
  `${publicUrl}${connectionPath('callback', id)}`;

async function start(c: LoginContext, connection: OidcConnection, deps: LoginDeps) {
  const returnTo = returnPath(c.req.query(RETURN_TO));
  const checks = { state: randomText(), nonce: randomText(), verifier: randomText() };
  const isFresh = c.req.query(FRESH) !== undefined;
  const url = await deps.oidc.authorizationUrl(connection, redirectUri(connection, deps), checks, isFresh);
  if (!url.ok) return failurePage(c, url.error, deps);
  await writeState(c, STATE_COOKIE, { connection: connection.id, returnTo, ...checks }, deps);
  return c.redirect(url.value.href, 303);
}

async function verify(
  c: LoginContext,
  connection: OidcConnection,
  signOn: SignOnInForce,
  deps: LoginDeps,
): Promise<Result<VerifiedSignOn, SignOnFailure>> {
  const expected = { connection: connection.id, state: c.req.query('state') };
  const state = await consumeSignOnState(c, STATE_COOKIE, expected, deps);
  if (!state.ok) return state;
  const callback = new URL(redirectUri(connection, deps));
  callback.search = new URL(c.req.url).search;
  const redeemed = await deps.oidc.redeem(connection, callback, state.value, signOn);
  if (!redeemed.ok) return redeemed;
  const { claims, idToken, refreshToken } = redeemed.value;
  const signedOn = readIdToken(claims, connection, c.get('now'));
  if (!signedOn.ok) return signedOn;
  const providerTokens = { refreshToken, first: firstIdToken(claims) };
  return ok({ signedOn: signedOn.value, returnTo: state.value.returnTo, idToken, providerTokens });
}

async function finish(c: LoginContext, connection: OidcConnection, signOn: SignOnInForce, deps: LoginDeps) {
  const verified = await verify(c, connection, signOn, deps);
  return finishSignOn(c, connection.id, verified, signOn, deps);
}

export const oidcRoutes = (deps: LoginDeps): Hono<LoginEnv> =>
  new Hono<LoginEnv>()
    .get(
      CONNECTION_ROUTES.start,
      atConnection('oidc', deps, (c, { connection }) => start(c, connection, deps)),
    )
    .get(
      CONNECTION_ROUTES.callback,
      atConnection('oidc', deps, (c, { connection, signOn }) => finish(c, connection, signOn, deps)),
    );
