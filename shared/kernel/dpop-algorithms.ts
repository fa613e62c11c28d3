// The signature algorithms of DPoP proofs, all asymmetric (RFC 9449 section 11.6). Verified against, and named in
// answers that ask for a proof.

export const DPOP_ALGORITHMS = ['ES256', 'ES384', 'EdDSA', 'Ed25519', 'PS256', 'RS256'] as const;
export type DpopAlgorithm = (typeof DPOP_ALGORITHMS)[number];
