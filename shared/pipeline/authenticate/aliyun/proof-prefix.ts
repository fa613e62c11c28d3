// What tells a caller's proof from a token. Alone in its file: every request is looked at for it, and few have it.

/** In front of the JSON in base64url, with the version of the format. */
export const CALLER_PROOF_PREFIX = 'stint-acs1.';
