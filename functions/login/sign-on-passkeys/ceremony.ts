// A ceremony's challenge, on its way through the browser and back: for one purpose, one session and one use (WebAuthn
// section 13.4.3). The page carries it sealed, so nothing is kept for people who only look at a page.

import { randomBytes } from 'node:crypto';
import * as z from 'zod';
import { onceKey } from '../../../shared/kernel/consume-once.ts';
import { ok, type Result } from '../../../shared/kernel/result.ts';
import type { SignOnFailure } from '../../../shared/people/sign-on-failure.ts';
import { consumeState, SIGN_ON_SECONDS, type SingleUse, sealState } from '../keys/sealed-state.ts';
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
type Ceremony = z.infer<typeof Ceremony>;

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

/** The challenge that must have been signed, base64url; fails as `consumeState` does. */
export async function consumeCeremony(
  sealed: string,
  expected: { readonly ceremony: Purpose; readonly session: string | undefined },
  now: Date,
  deps: Pick<LoginDeps, 'tokens' | 'once'>,
): Promise<Result<string, SignOnFailure>> {
  const { ceremony, session = NOBODY } = expected;
  const use: SingleUse<Ceremony> = {
    kind: Ceremony,
    seconds: SIGN_ON_SECONDS,
    isExpected: (state) => state.ceremony === ceremony && state.session === session,
    keyOf: ({ challenge }) => onceKey('passkey-challenge', challenge),
  };
  const state = await consumeState(sealed, use, now, deps);
  return state.ok ? ok(state.value.challenge) : state;
}
