// A ceremony's challenge, on its way through the browser and back: for one purpose, one session and one use (WebAuthn
// section 13.4.3). The page carries it sealed, so nothing is kept for people who only look at a page.

import { randomBytes } from 'node:crypto';
import * as z from 'zod';
import { consumeOnce, onceKey } from '../../../shared/kernel/consume-once.ts';
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import type { SignOnFailure } from '../../../shared/people/sign-on-failure.ts';
import { openState, SIGN_ON_SECONDS, sealState } from '../keys/sealed-state.ts';
import type { LoginDeps } from '../request/deps.ts';

export type Purpose = 'enrol' | 'sign-in' | 'step-up';

/** Whom the ceremony is for: another's session must not finish it, and nobody's has no name. */
const NOBODY = 'nobody';
const CHALLENGE_BYTES = 32;

const Ceremony = z.object({
  ceremony: z.enum(['enrol', 'sign-in', 'step-up']),
  challenge: z.string(),
  session: z.string(),
});

export interface Started {
  readonly challenge: Uint8Array<ArrayBuffer>;
  readonly sealed: string;
}

export async function startCeremony(
  ceremony: Purpose,
  session: string | undefined,
  now: Date,
  { tokens }: Pick<LoginDeps, 'tokens'>,
): Promise<Started> {
  const bytes = randomBytes(CHALLENGE_BYTES);
  const state = { ceremony, challenge: bytes.toString('base64url'), session: session ?? NOBODY };
  return { challenge: new Uint8Array(bytes), sealed: await sealState(state, now, tokens.keys) };
}

/** The challenge that must have been signed, base64url, the first time that it is asked for. */
export async function takeCeremony(
  sealed: string,
  expected: { readonly ceremony: Purpose; readonly session: string | undefined },
  now: Date,
  { tokens, once }: Pick<LoginDeps, 'tokens' | 'once'>,
): Promise<Result<string, SignOnFailure>> {
  const state = await openState(Ceremony, sealed, now, tokens.keys);
  const { ceremony, session = NOBODY } = expected;
  if (!state || state.ceremony !== ceremony || state.session !== session)
    return err({ code: 'sign_on_ended', reason: 'state-unreadable' });
  const expiresAt = new Date(now.getTime() + SIGN_ON_SECONDS * 1000);
  const key = onceKey('passkey-challenge', state.challenge);
  const used = { code: 'sign_on_ended', reason: 'state-used' } as const;
  const consumed = await consumeOnce(once, key, expiresAt, used);
  return consumed.ok ? ok(state.challenge) : consumed;
}
