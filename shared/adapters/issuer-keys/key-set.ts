// A set of public keys, of which a token's header picks those that may have signed it. One, nearly always: but sets name
// two keys alike in the wild, and then the signature alone tells which it was.
import { KeyObject } from 'node:crypto';
import { type CryptoKey, importJWK, type JWK } from 'jose';
import { weaknessOf } from '../../kernel/key-strength.ts';

/** So many are tried for one token, each at the cost of verifying a signature. */
const MAX_TRIED = 8;

type Algorithm = string;
type PublicJwk = Readonly<Record<string, unknown>>;

interface Candidate {
  readonly jwk: PublicJwk;
  /** Kind and numbers: what makes two entries the same key, whatever each is called. */
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

/** What the key says of its own use; what it does not say, or says in a form that nobody reads, excludes nothing. */
function allows({ alg, use, key_ops }: PublicJwk, asked: Algorithm): boolean {
  if (typeof alg === 'string' && alg !== asked && CURVE_OF[alg] !== (CURVE_OF[asked] ?? '')) return false;
  if (typeof use === 'string' && use !== 'sig') return false;
  return !Array.isArray(key_ops) || key_ops.includes('verify');
}

const bare = (jwk: PublicJwk): JWK =>
  Object.fromEntries(MEMBERS.flatMap((name) => (jwk[name] === undefined ? [] : [[name, jwk[name]]])));

const toCandidate = (jwk: PublicJwk): Candidate => ({
  jwk,
  identity: JSON.stringify(MEMBERS.map((name) => jwk[name])),
  imported: new Map(),
});

export function toKeySet(keys: readonly object[]): KeySet {
  const all = keys.map((key) => toCandidate(Object.fromEntries(Object.entries(key))));
  const byKid = new Map<unknown, Candidate[]>();
  for (const candidate of all) {
    const { kid } = candidate.jwk;
    byKid.set(kid, [...(byKid.get(kid) ?? []), candidate]);
  }
  return { all, byKid };
}

/** Undefined for what is no key after all, of which jose checks every member, and for a weak one, stored earlier say. */
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
 * None when none fits, or when those that fit are broken: either way the set has no such key. A header without a kid means
 * one key: where several fit, the issuer has not said which.
 */
export async function pickKeys({ all, byKid }: KeySet, { alg, kid }: Header): Promise<readonly CryptoKey[]> {
  const named = kid === undefined ? all : (byKid.get(kid) ?? []);
  const fitting = distinct(named.filter(({ jwk }) => isFor(jwk, alg) && allows(jwk, alg)));
  if (kid === undefined && fitting.length > 1) return [];
  const keys = await Promise.all(fitting.slice(0, MAX_TRIED).map((candidate) => imported(candidate, alg)));
  return keys.filter((key) => key !== undefined);
}
