// The public keys of an issuer, as the verification of a token asks for them. A port: adapters/issuer-keys/ fetches them.
import type { CryptoKey } from 'jose';
import type { ProviderId } from '../kernel/names.ts';
import type { Result } from '../kernel/result.ts';
import type { NewKeyRule } from '../rules/values/issuer-key.ts';

/**
 * `keys-unreachable`, `keys-unreadable`: the key set could not be fetched, or is no key set; the caller may try again.
 * `key-unknown`: the token's key is not in the set. `key-held`: a person must accept the key first. `key-revoked`: a person has
 * revoked it.
 */
export interface KeyFault {
  readonly reason: 'keys-unreachable' | 'keys-unreadable' | 'key-unknown' | 'key-held' | 'key-revoked';
  /** For the operator. Never a value that a caller sent. */
  readonly cause: string;
}

/** The issuer of the keys, and where they are. An OIDC provider of the access document is one. */
export interface KeyOwner {
  readonly id: ProviderId;
  /** The issuer's URL. Without `jwks` and `jwksUri`, its discovery document names the key set (OpenID Connect Discovery). */
  readonly issuer: string;
  /** The URL of the key set (RFC 7517). */
  readonly jwksUri?: string | undefined;
  /** The key set itself. When it is there, nothing is fetched. */
  readonly jwks?: { readonly keys: readonly object[] } | undefined;
  /** The key set may be at an address of the private network. Absent: it may not. */
  readonly privateNetwork?: boolean | undefined;
  /** What happens to a key that appears for the first time. Absent: it is accepted. */
  readonly newKeys?: NewKeyRule | undefined;
  /** Keys that were read under an earlier number do not count: see Flushes. Absent: never flushed. */
  readonly flushed?: number;
}

export interface KeySource {
  /**
   * The owner's public keys that this token header may mean: at least one, each for `alg`. `kid` is only compared as text. The
   * caller of this function has checked that the provider allows `alg`.
   */
  find(
    owner: KeyOwner,
    header: { readonly alg: string; readonly kid?: string },
  ): Promise<Result<readonly CryptoKey[], KeyFault>>;
}
