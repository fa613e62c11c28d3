// Where the public keys of an issuer come from, as the verification of a token asks for them.
import type { CryptoKey } from 'jose';
import type { ProviderId } from '../kernel/names.ts';
import type { Result } from '../kernel/result.ts';
import type { NewKeyRule } from '../rules/values/key-standing.ts';

export interface KeyFault {
  readonly reason: 'keys-unreachable' | 'keys-unreadable' | 'key-unknown' | 'key-held' | 'key-revoked';
  readonly cause: string;
}

/** Whose keys, and where they are: an OIDC provider is one. */
export interface KeyOwner {
  readonly id: ProviderId;
  readonly issuer: string;
  readonly jwksUri?: string | undefined;
  /** The keys themselves: nothing is fetched then. */
  readonly jwks?: { readonly keys: readonly object[] } | undefined;
  /** They may be at an address of the private network. */
  readonly privateNetwork?: boolean;
  /** Absent: accept. */
  readonly newKeys?: NewKeyRule;
  /** Keys that were read under an earlier number do not count: see Flushes. Absent: never flushed. */
  readonly flushed?: number;
}

export interface KeySource {
  /** The owner's public keys that this token header may mean, never none. `kid` is opaque, never fetched or opened. */
  find(
    owner: KeyOwner,
    header: { readonly alg: string; readonly kid?: string },
  ): Promise<Result<readonly CryptoKey[], KeyFault>>;
}
