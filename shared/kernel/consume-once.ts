// Whatever a request may use once: a token's jti, a state, a nonce, a proof. Each is marked in a store that all instances
// share, so a replay at another instance is found, too.
import { err, ok, type Result } from './result.ts';
import { sha256 } from './sha256.ts';
import { type StoreFault, type StoreUnavailable, storeUnavailable } from './store-fault.ts';

/** Each use has keys of its own: consuming a nonce must not consume an issuer's jti of the same text. */
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

/**
 * The store's key for one use of these parts: SHA-256, base64url. Hashed, so that parts of any length fit into a key; as a
 * JSON list, so that two different lists of parts never make the same key.
 */
export const onceKey = (use: Use, ...parts: readonly string[]): string =>
  sha256(JSON.stringify([use, ...parts]), 'base64url');

export interface OnceStore {
  /**
   * `first` for one call in all instances, until `expiresAt`, when the row may be removed: the caller passes a time from
   * which the key can no longer be presented. After a fault it is unknown whether the key is consumed, so the request must
   * be refused.
   */
  consume(key: string, expiresAt: Date): Promise<Result<'first' | 'again', StoreFault>>;
  /** The value that was put first under this key, at whichever instance: this one or an earlier one. */
  putIfAbsent(key: string, value: string, expiresAt: Date): Promise<Result<string, StoreFault>>;
}

/**
 * Consumes the key, and fails with `again` when it was consumed before, or with `store_unavailable`. The refusal is an
 * argument, so no caller can forget to look for a replay.
 */
export async function consumeOnce<const Again>(
  once: Pick<OnceStore, 'consume'>,
  key: string,
  expiresAt: Date,
  again: Again,
): Promise<Result<void, Again | StoreUnavailable>> {
  const consumed = await once.consume(key, expiresAt);
  if (!consumed.ok) return err(storeUnavailable(consumed.error));
  return consumed.value === 'first' ? ok(undefined) : err(again);
}
