// A set of public keys, from which the header of a token picks the keys that may have signed it. That is nearly always one
// key; but some published sets give two keys the same name, and then only the signature tells which one it was. The keys of
// an issuer are sorted by their status first: a key that is held or revoked is recognized, and refused.
import { KeyObject } from 'node:crypto';
import { type CryptoKey, importJWK, type JWK } from 'jose';
import type { KeyFault } from '../../identity/key-source.ts';
import { weaknessOf } from '../../kernel/key-strength.ts';
import { err, ok, type Result } from '../../kernel/result.ts';
import { type KeyDecision, keyStatusOf, type NewKeyRule } from '../../rules/values/issuer-key.ts';
import type { IssuerKey } from './fetch-key-set.ts';

/** At most this many keys are tried for one token: each costs a signature verification. */
const MAX_TRIED = 8;

type Algorithm = string;
type PublicJwk = Readonly<Record<string, unknown>>;

interface Candidate {
  readonly jwk: PublicJwk;
  /** Kind and numbers: two entries with the same identity are the same key, whatever their names. */
  readonly identity: string;
  readonly imported: Map<Algorithm, Promise<CryptoKey | undefined>>;
}

export interface KeySet {
  readonly all: readonly Candidate[];
  readonly byKid: ReadonlyMap<unknown, readonly Candidate[]>;
}

interface Header {
  readonly alg: string;
  readonly kid?: string;
}

const MEMBERS = ['kty', 'crv', 'n', 'e', 'x', 'y'] as const;

/** The one kind of key that each algorithm takes (RFC 7518 section 3.1, RFC 8037, RFC 9864). */
const CURVE_OF: Readonly<Record<Algorithm, string>> = {
  ES256: 'P-256',
  ES384: 'P-384',
  ES512: 'P-521',
  EdDSA: 'Ed25519',
  Ed25519: 'Ed25519',
};

const isFor = ({ kty, crv }: PublicJwk, alg: Algorithm): boolean => {
  if (/^[RP]S(?:256|384|512)$/.test(alg)) return kty === 'RSA';
  return Object.hasOwn(CURVE_OF, alg) && crv === CURVE_OF[alg] && (kty === 'EC' || kty === 'OKP');
};

/** Whether the key's own `alg`, `use` and `key_ops` allow the algorithm. A missing or malformed member excludes nothing. */
function allows({ alg, use, key_ops }: PublicJwk, asked: Algorithm): boolean {
  if (typeof alg === 'string' && alg !== asked && CURVE_OF[alg] !== (CURVE_OF[asked] ?? '')) return false;
  // `jwt-svid`: keys for JWT-SVIDs in a SPIFFE bundle (SPIFFE JWT-SVID section 6.1).
  if (typeof use === 'string' && use !== 'sig' && use !== 'jwt-svid') return false;
  return !Array.isArray(key_ops) || key_ops.includes('verify');
}

const bare = (jwk: PublicJwk): JWK =>
  Object.fromEntries(MEMBERS.flatMap((name) => (jwk[name] === undefined ? [] : [[name, jwk[name]]])));

const toCandidate = (jwk: PublicJwk): Candidate => ({
  jwk,
  identity: JSON.stringify(MEMBERS.map((name) => jwk[name])),
  imported: new Map(),
});

/** Indexes JWKs by name. A key is imported when it is first picked, once for each algorithm. */
export function toKeySet(keys: readonly object[]): KeySet {
  const all = keys.map((key) => toCandidate(Object.fromEntries(Object.entries(key))));
  const byKid = new Map<unknown, Candidate[]>();
  for (const candidate of all) {
    const { kid } = candidate.jwk;
    byKid.set(kid, [...(byKid.get(kid) ?? []), candidate]);
  }
  return { all, byKid };
}

/** Undefined for a key that jose refuses, and for a weak one, which may have been stored by an earlier version. */
async function importFor({ jwk }: Candidate, alg: Algorithm): Promise<CryptoKey | undefined> {
  try {
    const key = await importJWK(bare(jwk), alg);
    if (key instanceof Uint8Array) return undefined;
    return weaknessOf(KeyObject.from(key)) === undefined ? key : undefined;
  } catch {
    return undefined;
  }
}

function imported(candidate: Candidate, alg: Algorithm): Promise<CryptoKey | undefined> {
  const known = candidate.imported.get(alg) ?? importFor(candidate, alg);
  candidate.imported.set(alg, known);
  return known;
}

/** Each key once, however often it is listed. */
function distinct(candidates: readonly Candidate[]): readonly Candidate[] {
  const seen = new Map(candidates.map((candidate) => [candidate.identity, candidate]));
  return [...seen.values()];
}

/**
 * The keys that may have signed a token with this header; empty if the set has no usable one. Without a kid the header
 * means the only key that fits: where several fit, the issuer has not said which, and none is given.
 */
export async function pickKeys({ all, byKid }: KeySet, { alg, kid }: Header): Promise<readonly CryptoKey[]> {
  const named = kid === undefined ? all : (byKid.get(kid) ?? []);
  const fitting = distinct(named.filter(({ jwk }) => isFor(jwk, alg) && allows(jwk, alg)));
  if (kid === undefined && fitting.length > 1) return [];
  const keys = await Promise.all(fitting.slice(0, MAX_TRIED).map((candidate) => imported(candidate, alg)));
  return keys.filter((key) => key !== undefined);
}

interface Withheld {
  readonly reason: 'key-held' | 'key-revoked';
  readonly keys: KeySet;
}

export interface JudgedKeys {
  readonly trusted: KeySet;
  /** Published, but not to be used. */
  readonly withheld: readonly Withheld[];
}

/** Sorts an issuer's published keys by what administrators decided and by the provider's rule for new keys. */
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

/** The trusted keys for this header, or why the key is withheld; undefined when the issuer publishes no such key. */
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
