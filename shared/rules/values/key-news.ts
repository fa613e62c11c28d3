// What is worth saying of an issuer's keys when they are seen. Holds public keys' names only.
import type { KeyWeakness } from '../../kernel/key-strength.ts';

/** A key as its issuer publishes it. Its thumbprint (RFC 7638) names it: a kid may come twice, or not at all. */
export interface PublishedKey {
  readonly thumbprint: string;
  readonly kid: string;
  readonly alg: string;
}

/** An entry of a published set by which nothing can be verified, and why. */
export interface UnusableKey {
  /** Empty when it has none. */
  readonly kid: string;
  readonly cause: KeyWeakness | 'secret-published' | 'too-many';
}

export type KeyObservation =
  /** Nobody had seen it before. */
  | { readonly what: 'new'; readonly key: PublishedKey }
  /** Nobody had seen it before, and its kid was another key's. */
  | { readonly what: 'changed'; readonly key: PublishedKey; readonly before: string }
  /** It could not be noted; it may be new or not. */
  | { readonly what: 'unrecorded'; readonly key: PublishedKey; readonly cause: string };
