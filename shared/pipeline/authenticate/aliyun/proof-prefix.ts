// Tells a caller's proof from a token. In a file of its own: every request needs it, and few need what reads such proofs.

/** In front of the JSON in base64url, with the version of the format. */
export const CALLER_PROOF_PREFIX = 'stint-acs1.';
