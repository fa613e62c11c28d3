// Keys that stand in the access document are used from there, and nothing is fetched for their owner; the others' come
// from the source behind.

import type { KeySource } from '../../identity/key-source.ts';
import { err, ok } from '../../kernel/result.ts';
import { type KeySet, pickKeys, toKeySet } from './key-set.ts';

/** Answers from the keys that a provider's entry lists; asks `others` for providers that list none. */
export function withStaticKeys(others: KeySource): KeySource {
  /** By the very list of the rules in force: a changed document brings another. */
  const imported = new WeakMap<object, KeySet>();
  return {
    async find(owner, header) {
      const { jwks } = owner;
      if (!jwks) return others.find(owner, header);
      const keys = imported.get(jwks) ?? toKeySet(jwks.keys);
      imported.set(jwks, keys);
      const found = await pickKeys(keys, header);
      return found.length > 0 ? ok(found) : err({ reason: 'key-unknown', cause: 'kid' });
    },
  };
}
