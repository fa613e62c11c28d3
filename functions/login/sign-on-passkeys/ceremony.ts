// A WebAuthn ceremony on its way through the browser and back: its challenge, the relying party that it is for, and the form
// that brings its answer. The page carries the challenge sealed, for one purpose, one session and one use (WebAuthn section
// 13.4.3), so nothing is stored for people who only look at a page.
import * as z from 'zod';
import { onceKey } from '../../../shared/kernel/consume-once.ts';
import { ok, type Result } from '../../../shared/kernel/result.ts';
import type { SignOnFailure } from '../../../shared/people/sign-on-failure.ts';
import {
  consumeState,
  randomText,
  SIGN_ON_SECONDS,
  type SingleUse,
  sealState,
} from '../keys/sealed-state.ts';
import { RETURN_TO } from '../paths/page-paths.ts';
import type { LoginDeps } from '../request/deps.ts';
import type { LoginContext } from '../request/login-env.ts';
import { readForm } from '../request/request-parts.ts';

/** A new passkey, a sign-on by passkey, or a step-up of a session. */
export type Purpose = 'enrol' | 'sign-in' | 'step-up';

/** Stands for the session of a person who is not signed in. */
const NO_SESSION = 'nobody';

const Ceremony = z.object({
  ceremony: z.enum(['enrol', 'sign-in', 'step-up']),
  challenge: z.string(),
  session: z.string(),
});
type Ceremony = z.infer<typeof Ceremony>;

export interface StartedCeremony {
  readonly challenge: Uint8Array<ArrayBuffer>;
  /** For the form. */
  readonly sealed: string;
}

/** `session`: only this session can finish the ceremony; undefined for a person who is not signed in. */
export async function startCeremony(
  ceremony: Purpose,
  session: string | undefined,
  now: Date,
  { tokens }: Pick<LoginDeps, 'tokens'>,
): Promise<StartedCeremony> {
  const challenge = randomText();
  const state = { ceremony, challenge, session: session ?? NO_SESSION };
  const bytes = new Uint8Array(Buffer.from(challenge, 'base64url'));
  return { challenge: bytes, sealed: await sealState(state, now, tokens.keys) };
}

/** The challenge that must have been signed, base64url; fails as `consumeState` does. */
export async function consumeCeremony(
  sealed: string,
  expected: { readonly ceremony: Purpose; readonly session: string | undefined },
  now: Date,
  deps: Pick<LoginDeps, 'tokens' | 'once'>,
): Promise<Result<string, SignOnFailure>> {
  const { ceremony, session = NO_SESSION } = expected;
  const use: SingleUse<Ceremony> = {
    kind: Ceremony,
    seconds: SIGN_ON_SECONDS,
    isExpected: (state) => state.ceremony === ceremony && state.session === session,
    keyOf: ({ challenge }) => onceKey('passkey-challenge', challenge),
  };
  const state = await consumeState(sealed, use, now, deps);
  return state.ok ? ok(state.value.challenge) : state;
}

export interface RelyingParty {
  /** The host. */
  readonly id: string;
  readonly name: string;
  readonly origin: string;
}

/** This host and origin: a passkey that is made here works nowhere else (WebAuthn section 5.1.2). */
export function relyingParty(publicUrl: string): RelyingParty {
  const { hostname, origin } = new URL(publicUrl);
  return { id: hostname, name: `Stint at ${hostname}`, origin };
}

export interface CeremonyForm {
  readonly sealed: string;
  /** The browser's answer, as JSON. */
  readonly answer: string;
  readonly name: string;
  readonly returnTo: string;
}

/** A script fills the form in; a field that is missing reads as empty and fails later. */
export async function readCeremonyForm(c: LoginContext): Promise<CeremonyForm> {
  const { ceremony, answer, name, [RETURN_TO]: returnTo } = await readForm(c);
  return { sealed: text(ceremony), answer: text(answer), name: text(name), returnTo: text(returnTo) };
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
