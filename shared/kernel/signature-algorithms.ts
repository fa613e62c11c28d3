// The signature algorithms that count (RFC 7518 section 3.1, RFC 8037, RFC 9864). All are asymmetric: with HMAC the key that
// verifies could also sign (RFC 8725 section 2.1).

/** Of tokens and assertions; a provider of the access document takes some of them. */
export const SIGNATURE_ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
] as const;

/** Of DPoP proofs (RFC 9449 section 11.6); an answer that asks for a proof names them. */
export const DPOP_ALGORITHMS = ['ES256', 'ES384', 'EdDSA', 'Ed25519', 'PS256', 'RS256'] as const;
export type DpopAlgorithm = (typeof DPOP_ALGORITHMS)[number];
