// Names what may be used once: a hash of its use and parts, so that text of any length fits into a key and no two
// lists of parts make the same one.
import { sha256 } from './sha256.ts';

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
