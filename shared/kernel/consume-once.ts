// Names what may be used once: a hash of its use and parts, so that text of any length fits into a key and no two
// lists of parts make the same one.
import type { Result } from './result.ts';
import { sha256 } from './sha256.ts';
import type { StoreFault } from './store-fault.ts';

/** Each use has names of its own: an issuer's jti must not be consumed by a nonce that reads alike. */
type Use =
  | 'jti'
  | 'sign-on-state'
  | 'passkey-challenge'
  | 'authorization-code'
  | 'dpop-proof'
  | 'dpop-token'
  | 'dpop-nonce-key'
  | 'logout-token'
  | 'signed-out-here'
  | 'caller-nonce'
  | 'saml-assertion'
  | 'saml-answer'
  | 'saml-answer-taken'
  | 'saml-logout'
  | 'saml-logout-answer';

export const onceKey = (use: Use, ...parts: readonly string[]): string =>
  sha256(JSON.stringify([use, ...parts]), 'base64url');

export interface OnceStore {
  /**
   * `first` for one caller in all instances and for ever. `expiresAt`: when the key could no longer be presented, so
   * that its row may go. A fault leaves open whether the key is consumed: whoever asks must refuse.
   */
  consume(key: string, expiresAt: Date): Promise<Result<'first' | 'again', StoreFault>>;
  /** The value of the first who settled this key, at whichever instance: one's own, or somebody else's. */
  putIfAbsent(key: string, value: string, expiresAt: Date): Promise<Result<string, StoreFault>>;
}
