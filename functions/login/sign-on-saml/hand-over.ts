// From the identity provider's POST to a step of our own. Browsers send no session cookie with a POST of another site, so the
// session that a sign-on replaces cannot be seen there. The verified sign-on waits, sealed, in table `once`; only this
// browser has the code that finds it, for one use, and brings its session cookie along.
import * as z from 'zod';
import { onceKey } from '../../../shared/kernel/consume-once.ts';
import { ConnectionId } from '../../../shared/kernel/names.ts';
import { readJson } from '../../../shared/kernel/read-json.ts';
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import { storeUnavailable } from '../../../shared/kernel/store-fault.ts';
import { SignedOn } from '../../../shared/people/session.ts';
import type { SignOnFailure } from '../../../shared/people/sign-on-failure.ts';
import type { SamlConnection } from '../../../shared/rules/sign-on/saml-connection.ts';
import type { SignOnInForce } from '../../../shared/rules/sign-on/sign-on.ts';
import { openState, randomText, sealState } from '../keys/sealed-state.ts';
import type { LoginDeps } from '../request/deps.ts';
import type { LoginContext } from '../request/login-env.ts';
import type { VerifiedSignOn } from '../sign-on/finish-sign-on.ts';
import { consumeStateCookie, type StateCookie, writeState } from '../sign-on/state-cookie.ts';

/** A browser follows a redirect at once. */
const SECONDS = 60;

/** In the cookie: sealed, so that the table is never searched for a code that a stranger made up. */
const Handle = z.object({ purpose: z.literal('saml-handle'), connection: ConnectionId, code: z.string() });

/** Lax: it comes back by a redirect to a page of ours, and not with requests that another site sends in the background. */
const COOKIE: StateCookie<z.infer<typeof Handle>> = {
  name: 'stint-saml-answer',
  sameSite: 'Lax',
  seconds: SECONDS,
  kind: Handle,
};

/** In the table. */
const StoredSignOn = z.object({
  purpose: z.literal('saml-answer'),
  signedOn: z.string(),
  returnTo: z.string(),
  /** The generation of sign-ons when the response was judged: a flush since then covers it. */
  generation: z.coerce.number().int().min(0),
});

export interface HandedOver {
  readonly verified: VerifiedSignOn;
  readonly generation: number;
}

const storedKey = (connection: ConnectionId, code: string) => onceKey('saml-answer', connection, code);

const expiry = (now: Date): Date => new Date(now.getTime() + SECONDS * 1000);

/** Keeps the verified sign-on for `consumeHandOver`, to which the browser goes next. */
export async function handOver(
  c: LoginContext,
  { id }: SamlConnection,
  { signedOn, returnTo }: VerifiedSignOn,
  { generation = 0 }: SignOnInForce,
  deps: LoginDeps,
): Promise<Result<void, SignOnFailure>> {
  const { tokens, once } = deps;
  const now = c.get('now');
  const code = randomText();
  const members = { signedOn: JSON.stringify(signedOn), returnTo, generation: String(generation) };
  const sealed = await sealState({ purpose: 'saml-answer', ...members }, now, tokens.keys, SECONDS);
  const stored = await once.putIfAbsent(storedKey(id, code), sealed, expiry(now));
  if (!stored.ok) return err(storeUnavailable(stored.error));
  await writeState(c, COOKIE, { purpose: 'saml-handle', connection: id, code }, deps);
  return ok(undefined);
}

/** The sign-on that this browser's code finds, once; fails as `consumeState` does. */
export async function consumeHandOver(
  c: LoginContext,
  { id }: SamlConnection,
  deps: LoginDeps,
): Promise<Result<HandedOver, SignOnFailure>> {
  const now = c.get('now');
  const use = {
    isExpected: ({ connection }: { connection: ConnectionId }) => connection === id,
    keyOf: ({ code }: { code: string }) => onceKey('saml-answer-taken', id, code),
  };
  const handle = await consumeStateCookie(c, COOKIE, use, deps);
  if (!handle.ok) return handle;
  const stored = await deps.once.putIfAbsent(storedKey(id, handle.value.code), '', expiry(now));
  if (!stored.ok) return err(storeUnavailable(stored.error));
  const handedOver = await openStored(stored.value, now, deps);
  return handedOver ? ok(handedOver) : err({ code: 'sign_on_ended', reason: 'state-unreadable' });
}

async function openStored(sealed: string, now: Date, { tokens }: LoginDeps): Promise<HandedOver | undefined> {
  const stored = await openState(StoredSignOn, sealed, now, tokens.keys);
  const signedOn = readJson(SignedOn, stored?.signedOn);
  if (!stored || !signedOn) return undefined;
  const { returnTo, generation } = stored;
  return { verified: { signedOn, returnTo }, generation };
}
