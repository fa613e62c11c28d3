// What a browser carries to the identity provider for a logout that began here: sealed in a cookie, for one answer.

import { randomBytes } from 'node:crypto';
import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import * as z from 'zod';
import { consumeOnce, onceKey } from '../../../shared/kernel/consume-once.ts';
import { ConnectionId } from '../../../shared/kernel/names.ts';
import type { SamlConnection } from '../../../shared/rules/sign-on/saml-connection.ts';
import { openState, SIGN_ON_SECONDS, sealState } from '../keys/sealed-state.ts';
import type { LoginDeps } from '../request/deps.ts';
import type { LoginContext } from '../request/login-env.ts';

const COOKIE = 'stint-saml-logout';
/** None: an answer may come by a POST from another site. It opens nothing, and all that it can change is a page's words. */
const ATTRIBUTES = { prefix: 'host', path: '/', secure: true, httpOnly: true, sameSite: 'None' } as const;

const ID_BYTES = 32;

/** `purpose` keeps the state of a sign-on from being taken for this one. */
const LogoutState = z.object({
  purpose: z.literal('saml-logout'),
  connection: ConnectionId,
  requestId: z.string(),
});
type LogoutState = z.infer<typeof LogoutState>;

/** The id of the request to come. An xs:ID starts with no digit. */
export async function leaveLogout(
  c: LoginContext,
  { id }: SamlConnection,
  { tokens }: LoginDeps,
): Promise<string> {
  const requestId = `_${randomBytes(ID_BYTES).toString('base64url')}`;
  const state: LogoutState = { purpose: 'saml-logout', connection: id, requestId };
  const sealed = await sealState(state, c.get('now'), tokens.keys);
  setCookie(c, COOKIE, sealed, { ...ATTRIBUTES, maxAge: SIGN_ON_SECONDS });
  return requestId;
}

/** The request that this browser left with; it may still come back with another answer to it. */
export async function recallLogout(
  c: LoginContext,
  { id }: SamlConnection,
  { tokens }: LoginDeps,
): Promise<string | undefined> {
  const sealed = getCookie(c, COOKIE, 'host') ?? '';
  const state = await openState(LogoutState, sealed, c.get('now'), tokens.keys);
  return state?.connection === id ? state.requestId : undefined;
}

/** Whether this is the first good answer to the request. */
export async function spendLogout(
  c: LoginContext,
  { id }: SamlConnection,
  requestId: string,
  { once }: LoginDeps,
): Promise<boolean> {
  forgetLogout(c);
  const expiresAt = new Date(c.get('now').getTime() + SIGN_ON_SECONDS * 1000);
  const key = onceKey('saml-logout-answer', id, requestId);
  const consumed = await consumeOnce(once, key, expiresAt, 'answered-already');
  return consumed.ok;
}

export function forgetLogout(c: Context): void {
  deleteCookie(c, COOKIE, ATTRIBUTES);
}
