// A set of public keys, of which a token's header picks one.
import { type CryptoKey, createLocalJWKSet, type JSONWebKeySet } from 'jose';

export interface KeySet {
  readonly ids: ReadonlySet<unknown>;
  readonly find: ReturnType<typeof createLocalJWKSet>;
}

/** jose checks each key's members when it imports it. */
export const toKeySet = (keys: readonly object[]): KeySet => ({
  ids: new Set(keys.map((key) => ('kid' in key ? key.kid : undefined))),
  find: createLocalJWKSet({ keys } as JSONWebKeySet),
});

/** Undefined when none fits, or when the one that fits is broken: either way the set has no such key. */
export async function pickKey(
  { ids, find }: KeySet,
  header: { readonly alg: string; readonly kid?: string },
): Promise<CryptoKey | undefined> {
  // Made-up ids come in floods, and jose would make an error with its stack of each.
  if (header.kid !== undefined && !ids.has(header.kid)) return undefined;
  try {
    return (await find(header)) as CryptoKey; // jose: a local set yields CryptoKey
  } catch {
    return undefined; // jose's own errors, and what importing a malformed key throws
  }
}
