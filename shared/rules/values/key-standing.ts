// Does a key that an issuer publishes count? What an administrator decided about it, else what its provider says of new
// keys.

/** What an administrator decided about one key, which is named by its RFC 7638 thumbprint. */
export type KeyDecision = 'approved' | 'revoked';

/** What becomes of a key that nobody decided about. */
export type NewKeyRule = 'accept' | 'hold';

export type KeyStatus = 'accepted' | 'held' | KeyDecision;

export const keyStatusOf = (decision: KeyDecision | undefined, newKeys: NewKeyRule): KeyStatus =>
  decision ?? (newKeys === 'accept' ? 'accepted' : 'held');
