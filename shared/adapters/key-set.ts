// A set of public keys, of which a token's header picks one.
import { type CryptoKey, createLocalJWKSet, type JSONWebKeySet } from 'jose';

export type KeySet = ReturnType<typeof createLocalJWKSet>;

/** jose checks each key's members when it imports it. */
export const toKeySet = (keys: readonly object[]): KeySet => createLocalJWKSet({ keys } as JSONWebKeySet);

/** Undefined when none fits, or when the one that fits is broken: either way the set has no such key. */
export async function pickKey(
  keys: KeySet,
  header: { readonly alg: string; readonly kid?: string },
): Promise<CryptoKey | undefined> {
  try {
    return (await keys(header)) as CryptoKey; // jose: a local set yields CryptoKey
  } catch {
    return undefined; // jose's own errors, and what importing a malformed key throws
  }
}
