// From the identity provider's POST to a step of our own. Browsers keep the session's cookie back from a POST of another
// site, so that the session which a sign-on ends cannot be seen there. What was verified waits in table `once`, sealed;
// this browser alone has the name of it, for one use, and brings the session's cookie along.

import { randomBytes } from 'node:crypto';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import * as z from 'zod';
import { consumeOnce, onceKey } from '../../../shared/kernel/consume-once.ts';
import { ConnectionId } from '../../../shared/kernel/names.ts';
import { readJson } from '../../../shared/kernel/read-json.ts';
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import { storeUnavailable } from '../../../shared/kernel/store-fault.ts';
import { SignedOn } from '../../../shared/people/session.ts';
import type { SignOnFailure, SignOnReason } from '../../../shared/people/sign-on-failure.ts';
import type { SamlConnection } from '../../../shared/rules/sign-on/saml-connection.ts';
import type { SignOnInForce } from '../../../shared/rules/sign-on/sign-on.ts';
import { openState, sealState } from '../keys/sealed-state.ts';
import type { LoginDeps } from '../request/deps.ts';
import type { LoginContext } from '../request/login-env.ts';
import type { Verified } from '../sign-on/finish-sign-on.ts';

const COOKIE = 'stint-saml-answer';
/** Lax: it comes back by a redirect to a page of ours, and by nothing that another site sends in the background. */
const ATTRIBUTES = { prefix: 'host', path: '/', secure: true, httpOnly: true, sameSite: 'Lax' } as const;

/** A redirect is followed at once. */
const SECONDS = 60;
const CODE_BYTES = 32;

/** In the cookie. Sealed, so that nobody makes up a code and has it looked for. */
const Handle = z.object({ purpose: z.literal('saml-handle'), connection: ConnectionId, code: z.string() });

/** In the table. */
const Answer = z.object({
  purpose: z.literal('saml-answer'),
  signedOn: z.string(),
  returnTo: z.string(),
  /** Of sign-ins, when the response was judged: what was flushed since has flushed it, too. */
  generation: z.coerce.number().int().min(0),
});

export interface Taken {
  readonly verified: Verified;
  readonly generation: number;
}

const answerKey = (connection: ConnectionId, code: string) => onceKey('saml-answer', connection, code);
const ended = (reason: SignOnReason) => err({ code: 'sign_on_ended', reason } as const);

const expiry = (now: Date): Date => new Date(now.getTime() + SECONDS * 1000);

/** The browser goes on to `takeAnswer`. */
export async function leaveAnswer(
  c: LoginContext,
  { id }: SamlConnection,
  { signedOn, returnTo }: Verified,
  { generation = 0 }: SignOnInForce,
  { tokens, once }: LoginDeps,
): Promise<Result<void, SignOnFailure>> {
  const now = c.get('now');
  const code = randomBytes(CODE_BYTES).toString('base64url');
  const kept = { signedOn: JSON.stringify(signedOn), returnTo, generation: String(generation) };
  const answer = { purpose: 'saml-answer', ...kept };
  const sealed = await sealState(answer, now, tokens.keys, SECONDS);
  const stored = await once.putIfAbsent(answerKey(id, code), sealed, expiry(now));
  if (!stored.ok) return err(storeUnavailable(stored.error));
  const handle = { purpose: 'saml-handle', connection: id, code };
  setCookie(c, COOKIE, await sealState(handle, now, tokens.keys, SECONDS), {
    ...ATTRIBUTES,
    maxAge: SECONDS,
  });
  return ok(undefined);
}

async function openAnswer(sealed: string, now: Date, { tokens }: LoginDeps): Promise<Taken | undefined> {
  const answer = await openState(Answer, sealed, now, tokens.keys);
  const signedOn = readJson(SignedOn, answer?.signedOn);
  if (!answer || !signedOn) return undefined;
  const { returnTo, generation } = answer;
  return { verified: { signedOn, returnTo }, generation };
}

/** What this browser left, the first time that it comes for it. */
export async function takeAnswer(
  c: LoginContext,
  { id }: SamlConnection,
  deps: LoginDeps,
): Promise<Result<Taken, SignOnFailure>> {
  const now = c.get('now');
  const { tokens, once } = deps;
  const cookie = getCookie(c, COOKIE, 'host');
  deleteCookie(c, COOKIE, ATTRIBUTES);
  if (cookie === undefined) return ended('state-missing');
  const handle = await openState(Handle, cookie, now, tokens.keys);
  if (handle?.connection !== id) return ended('state-unreadable');
  const key = onceKey('saml-answer-taken', id, handle.code);
  const used = { code: 'sign_on_ended', reason: 'state-used' } as const;
  const consumed = await consumeOnce(once, key, expiry(now), used);
  if (!consumed.ok) return consumed;
  const kept = await once.putIfAbsent(answerKey(id, handle.code), '', expiry(now));
  if (!kept.ok) return err(storeUnavailable(kept.error));
  const taken = await openAnswer(kept.value, now, deps);
  return taken ? ok(taken) : ended('state-unreadable');
}
