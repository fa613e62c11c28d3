// The request of a SAML logout that began here, in a cookie of the browser that was sent to the identity provider. It is
// consumed only by a good answer: a bad one, which another site may have sent, must not use it up.
import * as z from 'zod';
import { consumeOnce, onceKey } from '../../../shared/kernel/consume-once.ts';
import { ConnectionId } from '../../../shared/kernel/names.ts';
import type { SamlConnection } from '../../../shared/rules/sign-on/saml-connection.ts';
import { randomText, SIGN_ON_SECONDS } from '../keys/sealed-state.ts';
import type { LoginDeps } from '../request/deps.ts';
import type { LoginContext } from '../request/login-env.ts';
import { clearState, readState, type StateCookie, writeState } from './state-cookie.ts';

/** `purpose` keeps the state of a sign-on from being taken for this one. */
const LogoutState = z.object({
  purpose: z.literal('saml-logout'),
  connection: ConnectionId,
  requestId: z.string(),
});

/** Comes back by a POST of another site as well. All that it can change is the words of a page. */
const COOKIE: StateCookie<z.infer<typeof LogoutState>> = {
  name: 'stint-saml-logout',
  sameSite: 'None',
  seconds: SIGN_ON_SECONDS,
  kind: LogoutState,
};

/** Gives the id for the request to come: an xs:ID, which starts with no digit. */
export async function issueLogoutState(
  c: LoginContext,
  { id }: SamlConnection,
  deps: LoginDeps,
): Promise<string> {
  const requestId = `_${randomText()}`;
  await writeState(c, COOKIE, { purpose: 'saml-logout', connection: id, requestId }, deps);
  return requestId;
}

/** The id of the request that this browser was sent with. It may still come back with another answer. */
export async function readLogoutState(
  c: LoginContext,
  { id }: SamlConnection,
  deps: LoginDeps,
): Promise<string | undefined> {
  const state = await readState(c, COOKIE, deps);
  return state?.connection === id ? state.requestId : undefined;
}

/** Whether this is the first good answer to the request. False also if the store fails. */
export async function consumeLogoutState(
  c: LoginContext,
  { id }: SamlConnection,
  requestId: string,
  { once }: LoginDeps,
): Promise<boolean> {
  clearLogoutState(c);
  const expiresAt = new Date(c.get('now').getTime() + SIGN_ON_SECONDS * 1000);
  const key = onceKey('saml-logout-answer', id, requestId);
  const consumed = await consumeOnce(once, key, expiresAt, 'answered-already');
  return consumed.ok;
}

export const clearLogoutState = (c: LoginContext): void => clearState(c, COOKIE);
