// The algorithms of signatures that count anywhere.

/** Asymmetric ones only: with HMAC the key that verifies could also sign (RFC 8725 section 2.1). */
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
