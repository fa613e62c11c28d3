// What Stint keeps and decides about the keys that an issuer publishes. Holds names of public keys only.
import type { KeyWeakness } from '../../kernel/key-strength.ts';
import type { ConnectionId, ProviderId } from '../../kernel/names.ts';

/** Whose keys they are: a provider, or a SAML connection. A connection may have the id of a provider; no id has a slash. */
export type KeyOwnerName = ProviderId | `saml/${ConnectionId}`;

const SAML = 'saml/';

export const samlKeyOwner = (connection: ConnectionId): KeyOwnerName => `${SAML}${connection}`;

export const isSamlKeyOwner = (name: string): boolean => name.startsWith(SAML);

/** A key as its issuer publishes it. Its thumbprint (RFC 7638) names it: a kid may occur twice, or be missing. */
export interface PublishedKey {
  readonly thumbprint: string;
  readonly kid: string;
  readonly alg: string;
}

/** An entry of a published key set that cannot verify anything, and why. */
export interface UnusableKey {
  /** Empty when the entry has no kid. */
  readonly kid: string;
  readonly cause: KeyWeakness | 'secret-published' | 'too-many';
}

/** An event worth recording when Stint reads a key. */
export type KeyObservation =
  /** Stint sees the key for the first time. */
  | { readonly what: 'new'; readonly key: PublishedKey }
  /** Stint sees the key for the first time, and its kid was the kid of another key, whose thumbprint is `before`. */
  | { readonly what: 'changed'; readonly key: PublishedKey; readonly before: string }
  /** The observation could not be stored; the key may be new or not. */
  | { readonly what: 'unrecorded'; readonly key: PublishedKey; readonly cause: string };

/** What an administrator decided about one key, which its thumbprint (RFC 7638) names. */
export type KeyDecision = 'approved' | 'revoked';

/** The provider's rule for keys without a decision. */
export type NewKeyRule = 'accept' | 'hold';

/** Only `accepted` and `approved` keys verify. */
export type KeyStatus = 'accepted' | 'held' | KeyDecision;

/** The administrator's decision, or else what the provider's rule says. */
export const keyStatusOf = (decision: KeyDecision | undefined, newKeys: NewKeyRule): KeyStatus =>
  decision ?? (newKeys === 'accept' ? 'accepted' : 'held');
