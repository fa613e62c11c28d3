// Signing on at a SAML identity provider (saml-profiles section 4.1): request by redirect, response by POST, a step of our
// own, and the metadata that its administrator needs. Whatever is taken answers a request of this browser, once.
import { Hono } from 'hono';
import { consumeOnce, onceKey } from '../../../shared/kernel/consume-once.ts';
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import type { SignOnFailure } from '../../../shared/people/sign-on-failure.ts';
import type { SamlConnection } from '../../../shared/rules/sign-on/saml-connection.ts';
import type { SignOnInForce } from '../../../shared/rules/sign-on/sign-on.ts';
import { keysAt } from '../keys/saml-keys.ts';
import { FRESH, RETURN_TO, returnPath } from '../paths/page-paths.ts';
import { connectionOf, currentSignOn } from '../request/current-sign-on.ts';
import type { LoginDeps } from '../request/deps.ts';
import { failurePage } from '../request/failure-page.tsx';
import type { LoginContext, LoginEnv } from '../request/login-env.ts';
import { readForm } from '../request/read-request.ts';
import { finishSignOn, type Verified } from '../sign-on/finish-sign-on.ts';
import { providerError } from '../sign-on/provider-error.ts';
import { leaveAnswer, takeAnswer } from './hand-over.ts';
import { metadata, serviceProvider } from './protocol/service-provider.ts';
import { readStatus, verifySamlResponse } from './protocol/verify-response.ts';
import { authnRequestUrl } from './protocol/write-messages.ts';
import { consumeState, issueState, OWN_RELAY_STATE } from './saml-state.ts';

/** Never unsigned where it was to be signed: the operator shall hear of it here, not from the identity provider. */
const KEY_MISSING = { code: 'internal_error', reason: 'saml-key-missing' } as const;

async function start(c: LoginContext, connection: SamlConnection, deps: LoginDeps) {
  const keys = keysAt(connection, deps.samlKeys);
  if (!keys) return failurePage(c, KEY_MISSING, deps);
  const { requestId, state } = await issueState(c, connection, returnPath(c.req.query(RETURN_TO)), deps);
  const provider = serviceProvider(connection, deps.publicUrl);
  const asking = {
    requestId,
    relayState: state,
    isFresh: c.req.query(FRESH) !== undefined,
    signingKey: keys.signing,
  };
  return c.redirect(await authnRequestUrl(connection, provider, asking), 303);
}

interface Posted {
  readonly response: string;
  readonly relayState: unknown;
}

async function verify(
  c: LoginContext,
  connection: SamlConnection,
  { response, relayState }: Posted,
  deps: LoginDeps,
): Promise<Result<Verified, SignOnFailure>> {
  const state = await consumeState(c, connection, relayState, deps);
  if (!state.ok) return state;
  const { requestId, returnTo } = state.value;
  const provider = serviceProvider(connection, deps.publicUrl);
  const expected = { connection, ...provider, requestId, now: c.get('now') };
  const verified = verifySamlResponse(response, expected);
  if (!verified.ok) {
    if (verified.error !== 'idp-refused')
      return err({ code: 'sign_on_refused', reason: 'answer-refused', cause: verified.error });
    const said = providerError(readStatus(response), []);
    const providerSaid = said === undefined ? {} : { providerError: said };
    return err({ code: 'sign_on_refused', reason: 'idp-error', cause: verified.error, ...providerSaid });
  }
  const { signedOn, assertionId, usableUntil } = verified.value;
  const key = onceKey('saml-assertion', connection.id, assertionId);
  const used = { code: 'sign_on_refused', reason: 'answer-used' } as const;
  const consumed = await consumeOnce(deps.once, key, usableUntil, used);
  return consumed.ok ? ok({ signedOn, returnTo }) : consumed;
}

/** A response that nobody asked for is thrown away and asked for: taken as it is, it could be an attacker's (login CSRF). */
const isUnasked = (connection: SamlConnection, relayState: unknown): boolean =>
  connection.allowIdpInitiated && !(typeof relayState === 'string' && OWN_RELAY_STATE.test(relayState));

/** Takes the response; the step after it ends the browser's earlier session, which only that one can see. */
async function consume(c: LoginContext, connection: SamlConnection, signOn: SignOnInForce, deps: LoginDeps) {
  const { SAMLResponse, RelayState } = await readForm(c);
  if (isUnasked(connection, RelayState))
    return c.redirect(`${deps.publicUrl}/login/start/${connection.id}`, 303);
  const response = typeof SAMLResponse === 'string' ? SAMLResponse : '';
  const verified = await verify(c, connection, { response, relayState: RelayState }, deps);
  const left = verified.ok ? await leaveAnswer(c, connection, verified.value, signOn, deps) : verified;
  if (!left.ok) return finishSignOn(c, connection.id, left, signOn, deps);
  c.set('hasProved', true);
  return c.redirect(`${deps.publicUrl}/login/saml/${connection.id}/finish`, 303);
}

async function finish(c: LoginContext, connection: SamlConnection, signOn: SignOnInForce, deps: LoginDeps) {
  const taken = await takeAnswer(c, connection, deps);
  if (!taken.ok) return finishSignOn(c, connection.id, taken, signOn, deps);
  const { verified, generation } = taken.value;
  return finishSignOn(c, connection.id, ok(verified), { ...signOn, generation }, deps);
}

function publishMetadata(c: LoginContext, connection: SamlConnection, deps: LoginDeps) {
  const keys = keysAt(connection, deps.samlKeys);
  if (!keys) return failurePage(c, KEY_MISSING, deps);
  const provider = serviceProvider(connection, deps.publicUrl);
  c.header('content-type', 'application/samlmetadata+xml; charset=utf-8');
  return c.body(metadata(connection, provider, keys));
}

export function samlRoutes(deps: LoginDeps): Hono<LoginEnv> {
  type Step = (
    c: LoginContext,
    connection: SamlConnection,
    signOn: SignOnInForce,
  ) => Response | Promise<Response>;
  const connectionAt = async (c: LoginContext) => {
    const signOn = await currentSignOn(deps.signOn);
    if (!signOn.ok) return signOn;
    const connection = connectionOf(signOn.value, 'saml', c.req.param('connection') ?? '');
    return connection.ok ? ok({ connection: connection.value, signOn: signOn.value }) : connection;
  };
  const atConnection = (step: Step) => async (c: LoginContext) => {
    const found = await connectionAt(c);
    return found.ok ? step(c, found.value.connection, found.value.signOn) : failurePage(c, found.error, deps);
  };
  return new Hono<LoginEnv>()
    .get('/login/start/:connection', async (c, next) => {
      const found = await connectionAt(c);
      // Of another kind, perhaps: its own routes know.
      return found.ok ? start(c, found.value.connection, deps) : next();
    })
    .post(
      '/login/saml/:connection/acs',
      atConnection((c, connection, signOn) => consume(c, connection, signOn, deps)),
    )
    .get(
      '/login/saml/:connection/finish',
      atConnection((c, connection, signOn) => finish(c, connection, signOn, deps)),
    )
    .get(
      '/login/saml/:connection/metadata',
      atConnection((c, connection) => publishMetadata(c, connection, deps)),
    );
}
