// An issuer's published keys, sorted by whether they count, so that a token's header finds its key or what is wrong
// with it.
import type { CryptoKey } from 'jose';
import type { KeyFault } from '../../identity/key-source.ts';
import { err, ok, type Result } from '../../kernel/result.ts';
import { type KeyDecision, keyStatusOf, type NewKeyRule } from '../../rules/values/issuer-key.ts';
import { type KeySet, pickKeys, toKeySet } from './key-set.ts';
import type { IssuerKey } from './name-key.ts';

interface Withheld {
  readonly reason: 'key-held' | 'key-revoked';
  readonly keys: KeySet;
}

export interface JudgedKeys {
  readonly trusted: KeySet;
  /** Published, but not to be used. */
  readonly withheld: readonly Withheld[];
}

export function judgeKeys(
  published: readonly IssuerKey[],
  decisions: ReadonlyMap<string, KeyDecision>,
  newKeys: NewKeyRule,
): JudgedKeys {
  const standings = published.map(({ thumbprint }) => keyStatusOf(decisions.get(thumbprint), newKeys));
  const having = (...wanted: readonly string[]) =>
    published.filter((_, i) => wanted.includes(standings[i] ?? '')).map(({ jwk }) => jwk);
  const withheld = (reason: Withheld['reason'], standing: string): readonly Withheld[] => {
    const keys = having(standing);
    return keys.length > 0 ? [{ reason, keys: toKeySet(keys) }] : [];
  };
  return {
    trusted: toKeySet(having('accepted', 'approved')),
    withheld: [...withheld('key-revoked', 'revoked'), ...withheld('key-held', 'held')],
  };
}

/** Undefined when the issuer publishes no such key. */
export async function pickJudged(
  { trusted, withheld }: JudgedKeys,
  header: { readonly alg: string; readonly kid?: string },
): Promise<Result<readonly CryptoKey[], KeyFault> | undefined> {
  const found = await pickKeys(trusted, header);
  if (found.length > 0) return ok(found);
  for (const { reason, keys } of withheld) {
    if ((await pickKeys(keys, header)).length > 0) return err({ reason, cause: 'kid' });
  }
  return undefined;
}
