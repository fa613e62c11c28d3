// Signing on at a SAML identity provider (saml-profiles section 4.1): request by redirect, response by POST, and a step of
// our own. Also the metadata that the provider's administrator loads. Every response that is accepted answers a request of
// this browser, once.

import { Hono } from 'hono';
import * as z from 'zod';
import { consumeOnce, onceKey } from '../../../shared/kernel/consume-once.ts';
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import type { SignOnFailure } from '../../../shared/people/sign-on-failure.ts';
import type { SamlConnection } from '../../../shared/rules/sign-on/saml-connection.ts';
import type { SignOnInForce } from '../../../shared/rules/sign-on/sign-on.ts';
import { keysAt } from '../keys/saml-key-set.ts';
import { randomText, SIGN_ON_SECONDS } from '../keys/sealed-state.ts';
import { FRESH, RETURN_TO, returnPath } from '../paths/page-paths.ts';
import { CONNECTION_ROUTES, connectionPath } from '../paths/sign-on-paths.ts';
import type { LoginDeps } from '../request/deps.ts';
import { failurePage } from '../request/failure-page.tsx';
import type { LoginContext, LoginEnv } from '../request/login-env.ts';
import { readForm } from '../request/request-parts.ts';
import { atConnection, type FoundConnection, findConnection } from '../sign-on/find-connection.ts';
import { finishSignOn, type VerifiedSignOn } from '../sign-on/finish-sign-on.ts';
import { providerError } from '../sign-on/provider-error.ts';
import { consumeSignOnState, SIGN_ON_STATE, type StateCookie, writeState } from '../sign-on/state-cookie.ts';
import { consumeHandOver, handOver } from './hand-over.ts';
import { verifyByKeys } from './metadata/verify-by-keys.ts';
import type { SamlFault } from './protocol/saml-fault.ts';
import { metadata, serviceProvider } from './protocol/service-provider.ts';
import { readStatus, verifySamlResponse } from './protocol/verify-response.ts';
import { authnRequestUrl } from './protocol/write-messages.ts';

type Found = FoundConnection<'saml'>;

/** `state` is sent as RelayState. `requestId` is an xs:ID, which starts with no digit. */
const SamlState = z.object({ ...SIGN_ON_STATE, requestId: z.string() });

/**
 * None: a response comes by a POST from another site, and browsers send no other cookie with that. The cookie opens nothing
 * by itself: another site that makes a browser send it still needs a signed response to the very request that it names, and
 * the request went to the identity provider alone (login CSRF).
 */
const STATE_COOKIE: StateCookie<z.infer<typeof SamlState>> = {
  name: 'stint-saml',
  sameSite: 'None',
  seconds: SIGN_ON_SECONDS,
  kind: SamlState,
};

/** What `randomText` makes. */
const OWN_RELAY_STATE = /^[A-Za-z0-9_-]{43}$/;

/** A request that must be signed is never sent unsigned: the operator hears of it here, not from the identity provider. */
const KEY_MISSING = { code: 'internal_error', reason: 'saml-key-missing' } as const;

async function start(c: LoginContext, { connection: listed, signOn }: Found, deps: LoginDeps) {
  const keys = keysAt(listed, deps.samlKeys);
  if (!keys) return failurePage(c, KEY_MISSING, deps);
  const known = await deps.samlMetadata.find(listed, signOn.flushed);
  if (!known.ok) return failurePage(c, known.error, deps);
  const { connection } = known.value;
  const returnTo = returnPath(c.req.query(RETURN_TO));
  const state = { connection: connection.id, state: randomText(), requestId: `_${randomText()}`, returnTo };
  await writeState(c, STATE_COOKIE, state, deps);
  const request = {
    requestId: state.requestId,
    relayState: state.state,
    isFresh: c.req.query(FRESH) !== undefined,
    signingKey: keys.signing,
  };
  const provider = serviceProvider(connection, deps.publicUrl);
  return c.redirect(await authnRequestUrl(connection, provider, request), 303);
}

interface PostedResponse {
  readonly response: string;
  readonly relayState: unknown;
}

async function verify(
  c: LoginContext,
  { connection, signOn }: Found,
  { response, relayState }: PostedResponse,
  deps: LoginDeps,
): Promise<Result<VerifiedSignOn, SignOnFailure>> {
  const expected = { connection: connection.id, state: relayState };
  const state = await consumeSignOnState(c, STATE_COOKIE, expected, deps);
  if (!state.ok) return state;
  const { requestId, returnTo } = state.value;
  const provider = serviceProvider(connection, deps.publicUrl);
  const known = await deps.samlMetadata.find(connection, signOn.flushed);
  if (!known.ok) return known;
  const verified = await verifyByKeys(
    known.value,
    () => deps.samlMetadata.findAnew(connection, signOn.flushed),
    (by) => verifySamlResponse(response, { connection: by, ...provider, requestId, now: c.get('now') }),
  );
  if (!verified.ok) return err(failureOf(verified.error, response));
  const { signedOn, assertionId, usableUntil } = verified.value;
  const key = onceKey('saml-assertion', connection.id, assertionId);
  const used = { code: 'sign_on_refused', reason: 'answer-used' } as const;
  const consumed = await consumeOnce(deps.once, key, usableUntil, used);
  return consumed.ok ? ok({ signedOn, returnTo }) : consumed;
}

function failureOf(cause: SamlFault, response: string): SignOnFailure {
  if (cause !== 'idp-refused') return { code: 'sign_on_refused', reason: 'answer-refused', cause };
  const status = providerError(readStatus(response), []);
  const detail = status === undefined ? {} : { providerError: status };
  return { code: 'sign_on_refused', reason: 'idp-error', cause, ...detail };
}

/**
 * Whether the identity provider began this sign-on. Such a response is discarded and a request is sent instead: accepted as
 * it is, it could be an attacker's (login CSRF).
 */
const isIdpInitiated = (connection: SamlConnection, relayState: unknown): boolean =>
  connection.allowIdpInitiated && !(typeof relayState === 'string' && OWN_RELAY_STATE.test(relayState));

/** Accepts the response. The next step ends the browser's earlier session, whose cookie comes only with that step. */
async function consumeResponse(
  c: LoginContext,
  connection: SamlConnection,
  signOn: SignOnInForce,
  deps: LoginDeps,
) {
  const { SAMLResponse, RelayState: relayState } = await readForm(c);
  if (isIdpInitiated(connection, relayState))
    return c.redirect(`${deps.publicUrl}${connectionPath('start', connection.id)}`, 303);
  const response = typeof SAMLResponse === 'string' ? SAMLResponse : '';
  const verified = await verify(c, { connection, signOn }, { response, relayState }, deps);
  const stored = verified.ok ? await handOver(c, connection, verified.value, signOn, deps) : verified;
  if (!stored.ok) return finishSignOn(c, connection.id, stored, signOn, deps);
  c.set('hasProved', true);
  return c.redirect(`${deps.publicUrl}${connectionPath('samlFinish', connection.id)}`, 303);
}

async function finish(c: LoginContext, connection: SamlConnection, signOn: SignOnInForce, deps: LoginDeps) {
  const handedOver = await consumeHandOver(c, connection, deps);
  if (!handedOver.ok) return finishSignOn(c, connection.id, handedOver, signOn, deps);
  const { verified, generation } = handedOver.value;
  return finishSignOn(c, connection.id, ok(verified), { ...signOn, generation }, deps);
}

async function publishMetadata(c: LoginContext, { connection, signOn }: Found, deps: LoginDeps) {
  const known = await deps.samlMetadata.find(connection, signOn.flushed);
  // The provider may ask for these metadata while its own cannot be read: then it is told of the logout that it may have.
  const { sloUrl = connection.metadataUrl } = connection;
  const described = known.ok ? known.value.connection : { ...connection, sloUrl };
  const keys = keysAt(described, deps.samlKeys);
  if (!keys) return failurePage(c, KEY_MISSING, deps);
  const provider = serviceProvider(connection, deps.publicUrl);
  c.header('content-type', 'application/samlmetadata+xml; charset=utf-8');
  return c.body(metadata(described, provider, keys));
}

export const samlRoutes = (deps: LoginDeps): Hono<LoginEnv> =>
  new Hono<LoginEnv>()
    .get(CONNECTION_ROUTES.start, async (c, next) => {
      const found = await findConnection(c, 'saml', deps);
      // The connection may be of another kind, which has routes of its own.
      return found.ok ? start(c, found.value, deps) : next();
    })
    .post(
      CONNECTION_ROUTES.samlAcs,
      atConnection('saml', deps, (c, { connection, signOn }) => consumeResponse(c, connection, signOn, deps)),
    )
    .get(
      CONNECTION_ROUTES.samlFinish,
      atConnection('saml', deps, (c, { connection, signOn }) => finish(c, connection, signOn, deps)),
    )
    .get(
      CONNECTION_ROUTES.samlMetadata,
      atConnection('saml', deps, (c, found) => publishMetadata(c, found, deps)),
    );
