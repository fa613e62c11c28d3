// Single logout begun at the identity provider (saml-profiles section 4.4): its request ends sessions here, whichever
// browser they are in; the answer goes back by the browser that brought it.
import { consumeOnce, onceKey } from '../../../shared/kernel/consume-once.ts';
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import { type StoreFault, storeUnavailable } from '../../../shared/kernel/store-fault.ts';
import { type Person, personKey } from '../../../shared/people/person.ts';
import type { Session } from '../../../shared/people/session.ts';
import type { SignOnFailure } from '../../../shared/people/sign-on-failure.ts';
import type { SamlConnection } from '../../../shared/rules/sign-on/saml-connection.ts';
import type { LoginDeps } from '../request/deps.ts';
import { failurePage } from '../request/failure-page.tsx';
import type { LoginContext } from '../request/login-env.ts';
import { endAtProvider } from '../sessions/end-at-provider.ts';
import { recordLogout, whoOf } from '../sessions/record-logout.ts';
import { vouchedFor } from '../sessions/vouched-for.ts';
import { serviceProvider } from './protocol/service-provider.ts';
import type { Carried } from './protocol/verify-logout.ts';
import { type VerifiedLogout, verifyLogoutRequest } from './protocol/verify-logout.ts';
import { type ConnectionWithLogout, logoutResponseUrl } from './protocol/write-messages.ts';

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

/** Whom it means, with a session here or without. */
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

/** A replayed request finds nothing to end, but would be an answer for whoever asks; so it counts once. */
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
  // Of a sign-out that began here, a SAML provider sends an answer and no request.
  const meant = { sessions: found.value, people: people.value, isEcho: false };
  const recorded = await recordLogout(c, connection.id, whoOf(meant), deps);
  if (!recorded.ok) return recorded;
  const ended = await endAtProvider({ ...meant, by: c.get('now') }, deps);
  return ended.ok ? ok(undefined) : err(storeUnavailable(ended.error));
}

/** What names nobody here ends nothing, and is not said to have. */
const isUnderstood = ({ idpSessions, subject }: VerifiedLogout): boolean =>
  idpSessions.length > 0 || subject !== undefined;

export async function handleLogoutRequest(
  c: LoginContext,
  connection: ConnectionWithLogout,
  carried: Carried,
  deps: LoginDeps,
) {
  const provider = serviceProvider(connection, deps.publicUrl);
  const expected = { connection, sloUrl: provider.sloUrl, now: c.get('now') };
  const verified = verifyLogoutRequest(carried, expected);
  if (!verified.ok)
    return failurePage(c, { code: 'logout_refused', reason: 'answer-refused', cause: verified.error }, deps);
  const ended = await endSessions(c, verified.value, connection, deps);
  c.set('hasProved', ended.ok);
  if (!ended.ok) return failurePage(c, ended.error, deps);
  const { id, relayState } = verified.value;
  const answer = {
    inResponseTo: id,
    relayState,
    isSuccess: isUnderstood(verified.value),
    signingKey: deps.samlKeys.signing,
  };
  return c.redirect(await logoutResponseUrl(connection, provider, answer), 303);
}
