// State that a browser carries and cannot read or make: encrypted, for a limited time, and for one use where it is consumed.
// Nothing is stored for people who only look at a page. Each kind of state has members that no other kind has, so one cannot
// be taken for another.
import { randomBytes } from 'node:crypto';
import { EncryptJWT, jwtDecrypt } from 'jose';
import type * as z from 'zod';
import { consumeOnce, type OnceStore } from '../../../shared/kernel/consume-once.ts';
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import type { SignOnFailure } from '../../../shared/people/sign-on-failure.ts';
import type { TokenIssuer } from './mint-token.ts';
import type { SessionKeys } from './session-key-set.ts';

/** Long enough to find one's phone for a second factor. */
export const SIGN_ON_SECONDS = 600;

const ENCRYPTION = 'A256GCM';
const RANDOM_BYTES = 32;

/** 256 random bits, base64url: a state, nonce or code that cannot be guessed. */
export const randomText = (): string => randomBytes(RANDOM_BYTES).toString('base64url');

/** Seals with the first key, until `seconds` after `now`. */
export function sealState(
  state: Readonly<Record<string, string>>,
  now: Date,
  { sealing: [first] }: SessionKeys,
  seconds: number = SIGN_ON_SECONDS,
): Promise<string> {
  if (!first) throw new Error('no sealing key');
  return new EncryptJWT({ ...state })
    .setProtectedHeader({ alg: 'dir', enc: ENCRYPTION, kid: first.kid })
    .setExpirationTime(Math.floor(now.getTime() / 1000) + seconds)
    .encrypt(first.key);
}

/** Undefined if it was not sealed here, was altered, is too old, or is of another kind. Consumes nothing. */
export async function openState<State>(
  kind: z.ZodType<State>,
  sealed: string,
  now: Date,
  keys: SessionKeys,
): Promise<State | undefined> {
  try {
    const { payload } = await jwtDecrypt(
      sealed,
      async ({ kid }) => {
        const isNamed = (own: { readonly kid: string }) => own.kid === kid;
        const known = keys.sealing.find(isNamed);
        const found = known ?? (await keys.readAgain?.())?.sealing.find(isNamed);
        if (!found) throw new Error('no such key');
        return found.key;
      },
      {
        keyManagementAlgorithms: ['dir'],
        contentEncryptionAlgorithms: [ENCRYPTION],
        requiredClaims: ['exp'],
        currentDate: now,
      },
    );
    return kind.safeParse(payload).data;
  } catch {
    return undefined; // jose's own errors, and an unknown key
  }
}

/** How a kind of state is consumed. */
export interface SingleUse<State> {
  readonly kind: z.ZodType<State>;
  /** For how many seconds it was sealed. */
  readonly seconds: number;
  /** Whether it was issued for this request: for its connection, session or purpose. */
  readonly isExpected: (state: State) => boolean;
  /** The key of its one use (`onceKey`). */
  readonly keyOf: (state: State) => string;
}

interface StateDeps {
  readonly tokens: Pick<TokenIssuer, 'keys'>;
  readonly once: Pick<OnceStore, 'consume'>;
}

/**
 * Opens the state and consumes it, so that it counts the first time that it comes back and never again, at any instance.
 * Fails with `sign_on_ended` (`state-missing`, `state-unreadable`, `state-used`) or with `store_unavailable`. A state that is
 * not expected is not consumed.
 */
export async function consumeState<State>(
  sealed: string | undefined,
  { kind, seconds, isExpected, keyOf }: SingleUse<State>,
  now: Date,
  { tokens, once }: StateDeps,
): Promise<Result<State, SignOnFailure>> {
  if (sealed === undefined) return err({ code: 'sign_on_ended', reason: 'state-missing' });
  const state = await openState(kind, sealed, now, tokens.keys);
  if (!state || !isExpected(state)) return err({ code: 'sign_on_ended', reason: 'state-unreadable' });
  const expiresAt = new Date(now.getTime() + seconds * 1000);
  const used = { code: 'sign_on_ended', reason: 'state-used' } as const;
  const consumed = await consumeOnce(once, keyOf(state), expiresAt, used);
  return consumed.ok ? ok(state) : consumed;
}
