// SAML single logout (saml-profiles section 4.4), in both directions: a logout that begins here, the identity provider's
// answer to it, and a logout that the identity provider requests. All messages come to one address, by HTTP-Redirect or
// HTTP-POST. None of them needs the session's cookie.

import { Hono } from 'hono';
import { consumeOnce, onceKey } from '../../../shared/kernel/consume-once.ts';
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import { type StoreFault, storeUnavailable } from '../../../shared/kernel/store-fault.ts';
import { type Person, personKey } from '../../../shared/people/person.ts';
import type { SamlName, Session } from '../../../shared/people/session.ts';
import type { SignOnFailure } from '../../../shared/people/sign-on-failure.ts';
import type { SamlConnection } from '../../../shared/rules/sign-on/saml-connection.ts';
import { PORTAL_PATHS } from '../paths/page-paths.ts';
import { CONNECTION_ROUTES } from '../paths/sign-on-paths.ts';
import type { LoginDeps } from '../request/deps.ts';
import { failurePage } from '../request/failure-page.tsx';
import type { LoginContext, LoginEnv } from '../request/login-env.ts';
import { viewOf } from '../request/page-view.ts';
import { readForm } from '../request/request-parts.ts';
import { endAtProvider, logoutRows, recordLogout, vouchedFor } from '../sessions/provider-logout.ts';
import { findConnection } from '../sign-on/find-connection.ts';
import { consumeLogoutState, issueLogoutState, readLogoutState } from '../sign-on/logout-state.ts';
import { SignedOutPage } from '../ui/pages/signed-out-page.tsx';
import { verifyByKeys } from './metadata/verify-by-keys.ts';
import type { MessageName } from './protocol/redirect-binding.ts';
import type { SamlFault } from './protocol/saml-fault.ts';
import { serviceProvider } from './protocol/service-provider.ts';
import {
  type Carried,
  type VerifiedLogout,
  verifyLogoutRequest,
  verifyLogoutResponse,
} from './protocol/verify-logout.ts';
import { type ConnectionWithLogout, logoutRequestUrl, logoutResponseUrl } from './protocol/write-messages.ts';

const RESPONSE: MessageName = 'SAMLResponse';

export const samlLogoutRoutes = (deps: LoginDeps): Hono<LoginEnv> =>
  new Hono<LoginEnv>()
    .get(CONNECTION_ROUTES.samlLogout, (c) => {
      const carried = { by: 'redirect', search: new URL(c.req.url).search } as const;
      return handleMessage(c, carried, c.req.query(RESPONSE) !== undefined, deps);
    })
    .post(CONNECTION_ROUTES.samlLogout, async (c) => {
      const fields = await readForm(c);
      return handleMessage(c, { by: 'post', fields }, RESPONSE in fields, deps);
    });

/** Verifies by the keys of the connection that count now. */
type Verifier = <Value>(
  verify: (connection: SamlConnection) => Result<Value, SamlFault>,
) => Promise<Result<Value, SamlFault>>;

interface Message {
  readonly carried: Carried;
  readonly verifier: Verifier;
}

async function handleMessage(c: LoginContext, carried: Carried, isResponse: boolean, deps: LoginDeps) {
  const found = await findConnection(c, 'saml', deps);
  if (!found.ok) return failurePage(c, found.error, deps);
  const { connection: listed, signOn } = found.value;
  const known = await deps.samlMetadata.find(listed, signOn.flushed);
  if (!known.ok) return failurePage(c, known.error, deps);
  const { connection } = known.value;
  const { sloUrl } = connection;
  if (sloUrl === undefined) return failurePage(c, { code: 'not_found', reason: 'no-route' }, deps);
  const verifier: Verifier = (verify) =>
    verifyByKeys(known.value, () => deps.samlMetadata.findAnew(listed, signOn.flushed), verify);
  return isResponse
    ? finishLogout(c, connection, { carried, verifier }, deps)
    : handleLogoutRequest(c, { ...connection, sloUrl }, { carried, verifier }, deps);
}

/**
 * The address that takes the browser to the identity provider with a signed LogoutRequest. The caller has ended the session
 * here before. Undefined if no logout can be requested: the connection has no address for it, Stint has no key (the profile
 * requires a signature), or the assertion had no NameID.
 */
export async function beginLogout(
  c: LoginContext,
  { connection, flushed }: { readonly connection: SamlConnection; readonly flushed: number | undefined },
  name: SamlName | undefined,
  deps: LoginDeps,
): Promise<string | undefined> {
  const { signing } = deps.samlKeys;
  if (signing === undefined || name === undefined) return undefined;
  const known = await deps.samlMetadata.find(connection, flushed);
  const sloUrl = known.ok ? known.value.connection.sloUrl : connection.sloUrl;
  if (sloUrl === undefined) return undefined;
  const provider = serviceProvider(connection, deps.publicUrl);
  const requestId = await issueLogoutState(c, connection, deps);
  return logoutRequestUrl({ ...connection, sloUrl }, provider, { requestId, name, signingKey: signing });
}

/** The page after a logout that began here. The answer decides only whether it says that the provider's session is over. */
async function finishLogout(c: LoginContext, connection: SamlConnection, message: Message, deps: LoginDeps) {
  const requestId = await readLogoutState(c, connection, deps);
  // No logout began in this browser: another site must not make it show a page that says "signed out".
  if (requestId === undefined)
    return failurePage(c, { code: 'logout_refused', reason: 'state-missing' }, deps);
  const isOver = await isConfirmed(c, connection, { ...message, requestId }, deps);
  c.set('hasProved', isOver);
  const outcome = isOver ? 'everywhere' : 'here';
  return c.html(SignedOutPage({ view: viewOf(c, 'sign-in', deps), next: PORTAL_PATHS['sign-in'], outcome }));
}

async function isConfirmed(
  c: LoginContext,
  connection: SamlConnection,
  { carried, verifier, requestId }: Message & { readonly requestId: string },
  deps: LoginDeps,
): Promise<boolean> {
  const { sloUrl } = serviceProvider(connection, deps.publicUrl);
  const verified = await verifier((by) =>
    verifyLogoutResponse(carried, { connection: by, sloUrl, requestId, now: c.get('now') }),
  );
  if (verified.ok) return consumeLogoutState(c, connection, requestId, deps);
  const details = { requestId: c.get('requestId'), connection: connection.id, cause: verified.error };
  deps.logger.log('warn', 'logout-unconfirmed', details);
  return false;
}

/** The identity provider's request ends sessions in any browser; the answer goes back by the browser that brought it. */
async function handleLogoutRequest(
  c: LoginContext,
  connection: ConnectionWithLogout,
  { carried, verifier }: Message,
  deps: LoginDeps,
) {
  const provider = serviceProvider(connection, deps.publicUrl);
  const expected = { sloUrl: provider.sloUrl, now: c.get('now') };
  const verified = await verifier((by) => verifyLogoutRequest(carried, { connection: by, ...expected }));
  if (!verified.ok)
    return failurePage(c, { code: 'logout_refused', reason: 'answer-refused', cause: verified.error }, deps);
  const ended = await endSessions(c, verified.value, connection, deps);
  c.set('hasProved', ended.ok);
  if (!ended.ok) return failurePage(c, ended.error, deps);
  const { id, relayState } = verified.value;
  const response = {
    inResponseTo: id,
    relayState,
    isSuccess: isUnderstood(verified.value),
    signingKey: deps.samlKeys.signing,
  };
  return c.redirect(await logoutResponseUrl(connection, provider, response), 303);
}

/** A request that names no person of this deployment ends nothing, and its answer must not claim success. */
const isUnderstood = ({ idpSessions, subject }: VerifiedLogout): boolean =>
  idpSessions.length > 0 || subject !== undefined;

/** A request counts once: a replay would end nothing, but would get an answer from us. */
async function endSessions(
  c: LoginContext,
  logout: VerifiedLogout,
  connection: SamlConnection,
  deps: LoginDeps,
): Promise<Result<void, SignOnFailure>> {
  const key = onceKey('saml-logout', connection.id, logout.id);
  const used = { code: 'logout_refused', reason: 'answer-used' } as const;
  const consumed = await consumeOnce(deps.once, key, logout.usableUntil, used);
  if (!consumed.ok) return consumed;
  const found = await sessionsOf(logout, connection, deps);
  if (!found.ok) return err(storeUnavailable(found.error));
  const people = await peopleOf(logout, connection, deps);
  if (!people.ok) return err(storeUnavailable(people.error));
  // No echo: to a sign-out that began here, a SAML provider sends an answer, not a request.
  const meant = { sessions: found.value, people: people.value, isEcho: false };
  const recorded = await recordLogout(c, connection.id, logoutRows(meant), deps);
  if (!recorded.ok) return recorded;
  const ended = await endAtProvider({ ...meant, by: c.get('now') }, deps);
  return ended.ok ? ok(undefined) : err(storeUnavailable(ended.error));
}

async function sessionsOf(
  { idpSessions, subject }: VerifiedLogout,
  { id }: SamlConnection,
  { sessions }: LoginDeps,
): Promise<Result<readonly Session[], StoreFault>> {
  if (idpSessions.length === 0) return subject === undefined ? ok([]) : sessions.list(personKey(id, subject));
  const found: Session[] = [];
  for (const idpSession of idpSessions) {
    const listed = await sessions.listByIdpSession(id, idpSession);
    if (!listed.ok) return listed;
    found.push(...listed.value);
  }
  return ok(found);
}

/** The people that the request names, with a session here or without. */
async function peopleOf(
  { idpSessions, subject }: VerifiedLogout,
  { id }: SamlConnection,
  { passkeys }: LoginDeps,
): Promise<Result<readonly Person[], StoreFault>> {
  const found: Person[] = subject === undefined ? [] : [{ connection: id, subject }];
  for (const idpSession of idpSessions) {
    const people = await vouchedFor(id, idpSession, passkeys);
    if (!people.ok) return people;
    found.push(...people.value);
  }
  return ok(found);
}
