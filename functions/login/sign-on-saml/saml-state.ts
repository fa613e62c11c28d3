// What a browser carries to a SAML identity provider and must bring back: sealed in a cookie, good for one use.

import { randomBytes } from 'node:crypto';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import * as z from 'zod';
import { consumeOnce, onceKey } from '../../../shared/kernel/consume-once.ts';
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import type { SignOnFailure, SignOnReason } from '../../../shared/people/sign-on-failure.ts';
import type { SamlConnection } from '../../../shared/rules/sign-on/saml-connection.ts';
import { openState, SIGN_ON_SECONDS, SIGN_ON_STATE, sealState } from '../keys/sealed-state.ts';
import type { LoginDeps } from '../request/deps.ts';
import type { LoginContext } from '../request/login-env.ts';

const COOKIE = 'stint-saml';
/**
 * None: a response comes by a POST from another site, and browsers send no other cookie with that. It opens nothing:
 * whoever makes a browser send it still needs a signed response to the very request that it names, and that went to the
 * identity provider alone (login CSRF).
 */
const ATTRIBUTES = { prefix: 'host', path: '/', secure: true, httpOnly: true, sameSite: 'None' } as const;

const RANDOM_BYTES = 32;
const random = (): string => randomBytes(RANDOM_BYTES).toString('base64url');

/** `state` goes along as RelayState. An xs:ID starts with no digit. */
const SamlState = z.object({ ...SIGN_ON_STATE, requestId: z.string() });
type SamlState = z.infer<typeof SamlState>;

/** What RelayState looks like when it is one of ours. */
export const OWN_RELAY_STATE = /^[A-Za-z0-9_-]{43}$/;

export async function issueState(
  c: LoginContext,
  { id }: SamlConnection,
  returnTo: string,
  { tokens }: LoginDeps,
): Promise<SamlState> {
  const state = { connection: id, state: random(), requestId: `_${random()}`, returnTo };
  const sealed = await sealState(state, c.get('now'), tokens.keys);
  setCookie(c, COOKIE, sealed, { ...ATTRIBUTES, maxAge: SIGN_ON_SECONDS });
  return state;
}

const ended = (reason: SignOnReason) => err({ code: 'sign_on_ended', reason } as const);

/** The state that this browser left with, the first time that it comes back with it. */
export async function consumeState(
  c: LoginContext,
  { id }: SamlConnection,
  relayState: unknown,
  { tokens, once }: LoginDeps,
): Promise<Result<SamlState, SignOnFailure>> {
  const now = c.get('now');
  const sealed = getCookie(c, COOKIE, 'host');
  deleteCookie(c, COOKIE, ATTRIBUTES);
  if (sealed === undefined) return ended('state-missing');
  const state = await openState(SamlState, sealed, now, tokens.keys);
  if (!state || state.connection !== id || state.state !== relayState) return ended('state-unreadable');
  const expiresAt = new Date(now.getTime() + SIGN_ON_SECONDS * 1000);
  const key = onceKey('sign-on-state', state.state);
  const used = { code: 'sign_on_ended', reason: 'state-used' } as const;
  const consumed = await consumeOnce(once, key, expiresAt, used);
  return consumed.ok ? ok(state) : consumed;
}
