// One DPoP proof (RFC 9449 sections 4.2 and 4.3), checked in two steps. First, without cryptography: is the header's text a
// proof, and is it for this request, this token and this moment? Later: is it signed by the key in it? So a proof for
// something else costs little. dpop-verifier.ts checks that the key is the one that the token is bound to.
import { KeyObject } from 'node:crypto';
import { type CryptoKey, calculateJwkThumbprint, compactVerify, importJWK, type JWK } from 'jose';
import * as z from 'zod';
import { tokenType } from '../../../identity/token-type.ts';
import { CLOCK_TOLERANCE_SECONDS } from '../../../kernel/clock.ts';
import type { Failure } from '../../../kernel/failure.ts';
import { weaknessOf } from '../../../kernel/key-strength.ts';
import { readJson } from '../../../kernel/read-json.ts';
import { ok, type Result } from '../../../kernel/result.ts';
import type { DpopAlgorithm } from '../../../kernel/signature-algorithms.ts';
import { refuseProof } from './bound-token.ts';

/** The text of the DPoP header, and the request that its proof must be for (RFC 9449 section 4.1). */
export interface DpopHeader {
  readonly text: string;
  readonly request: DpopRequest;
}

/** The method of the request, and its URL as callers write it. */
interface DpopRequest {
  readonly method: string;
  readonly url: string;
}

/** An RSA key of 4,096 bits and its signature are 1,400; Function Compute lets all headers have 8 KB together. */
const MAX_PROOF_CHARACTERS = 4_096;
const MAX_JTI_CHARACTERS = 256;

/** Two headers arrive joined with a comma, so they are no JWS: exactly one proof (RFC 9449 section 4.3, item 1). */
const COMPACT_JWS = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/;

/** `kid` is allowed and ignored. A member that points to a key, holds another one or changes the meaning is refused. */
const Header = z.strictObject({
  typ: z.string().refine((typ) => tokenType(typ) === 'dpop+jwt'),
  alg: z.string(),
  jwk: z.unknown(),
  kid: z.string().optional(),
});

const Claims = z.looseObject({
  htm: z.string(),
  htu: z.string(),
  iat: z.number(),
  /** A proof need not have them, but they count if it does. */
  exp: z.number().optional(),
  nbf: z.number().optional(),
  jti: z.string().min(1).max(MAX_JTI_CHARACTERS),
  ath: z.string(),
  nonce: z.string().optional(),
});

export interface DpopProof {
  readonly text: string;
  readonly key: DpopKey;
  readonly claims: z.output<typeof Claims>;
}

/**
 * The proof in the header, if it is for this request and token, and of this moment. Its signature is not checked yet.
 * `proofHash`: SHA-256 of the token, base64url, as `ath` must hold it. Fails with `dpop-malformed`, `dpop-key-not-allowed`,
 * `dpop-request-wrong`, `dpop-stale` or `dpop-token-wrong`.
 */
export function readDpopProof(
  { text, request }: DpopHeader,
  proofHash: string,
  now: Date,
): Result<DpopProof, Failure> {
  const proof = parseProof(text);
  if (!proof.ok) return proof;
  const checked = checkClaims(proof.value, request, proofHash, now);
  return checked.ok ? proof : checked;
}

const readPart = <Part>(encoded: string, schema: z.ZodType<Part>): Part | undefined =>
  readJson(schema, Buffer.from(encoded, 'base64url').toString('utf8'));

function parseProof(text: string): Result<DpopProof, Failure> {
  if (text.length > MAX_PROOF_CHARACTERS || !COMPACT_JWS.test(text)) return refuseProof('dpop-malformed');
  const [head = '', payload = ''] = text.split('.');
  const header = readPart(head, Header);
  if (!header) return refuseProof('dpop-malformed');
  const key = parseKey(header.alg, header.jwk);
  if (!key) return refuseProof('dpop-key-not-allowed');
  const claims = readPart(payload, Claims);
  return claims ? ok({ text, key, claims }) : refuseProof('dpop-malformed');
}

/** How old a proof may be. A stolen proof is useless after that, whether it was used or not. */
const MAX_PROOF_AGE_SECONDS = 120;

/** From this time on the proof is refused for its age alone, so its jti may be forgotten. */
export const proofEnds = ({ claims }: DpopProof): Date =>
  new Date((claims.iat + MAX_PROOF_AGE_SECONDS + CLOCK_TOLERANCE_SECONDS) * 1000);

/** Query and fragment do not count, nor do a default port, dot segments or the case of scheme and host (section 4.3). */
function plainUrl(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const { origin, pathname } = new URL(text);
  return origin + pathname;
}

function isOfNow({ iat, exp, nbf }: DpopProof['claims'], nowSeconds: number): boolean {
  const age = nowSeconds - iat;
  return (
    age <= MAX_PROOF_AGE_SECONDS &&
    age >= -CLOCK_TOLERANCE_SECONDS &&
    (exp === undefined || exp > nowSeconds - CLOCK_TOLERANCE_SECONDS) &&
    (nbf === undefined || nbf <= nowSeconds + CLOCK_TOLERANCE_SECONDS)
  );
}

/** RFC 9449 section 4.3, items 8 to 12. */
function checkClaims(
  { claims }: DpopProof,
  { method, url }: DpopRequest,
  proofHash: string,
  now: Date,
): Result<void, Failure> {
  if (claims.htm !== method || plainUrl(claims.htu) !== plainUrl(url))
    return refuseProof('dpop-request-wrong');
  if (!isOfNow(claims, now.getTime() / 1000)) return refuseProof('dpop-stale');
  return claims.ath === proofHash ? ok(undefined) : refuseProof('dpop-token-wrong');
}

/**
 * Checks the signature by the key in the proof's own header, which the maker of the proof holds. Fails with
 * `dpop-key-not-allowed` or `dpop-signature-wrong`.
 */
export async function verifyDpopSignature({ text, key }: DpopProof): Promise<Result<void, Failure>> {
  const imported = await importKey(key);
  if (!imported) return refuseProof('dpop-key-not-allowed');
  try {
    await compactVerify(text, imported, { algorithms: [key.alg] });
    return ok(undefined);
  } catch {
    return refuseProof('dpop-signature-wrong');
  }
}

/** Members that WebCrypto and mobile libraries add. Any other member is refused, above all one of a private key. */
const INFORMATIVE = {
  alg: z.string().optional(),
  use: z.literal('sig').optional(),
  kid: z.string().optional(),
  key_ops: z.array(z.string()).optional(),
  ext: z.boolean().optional(),
};

const base64url = (min: number, max = min) => z.string().regex(new RegExp(`^[A-Za-z0-9_-]{${min},${max}}$`));

const P256 = z.strictObject({
  kty: z.literal('EC'),
  crv: z.literal('P-256'),
  x: base64url(43),
  y: base64url(43),
  ...INFORMATIVE,
});
const P384 = P256.extend({ crv: z.literal('P-384'), x: base64url(64), y: base64url(64) });
const ED25519 = z.strictObject({
  kty: z.literal('OKP'),
  crv: z.literal('Ed25519'),
  x: base64url(43),
  ...INFORMATIVE,
});
/** 2,048 to 4,096 bits, and the usual exponent. The limits bound the cost of verifying, since the caller chooses the key. */
const RSA = z.strictObject({
  kty: z.literal('RSA'),
  n: base64url(342, 683),
  e: z.literal('AQAB'),
  ...INFORMATIVE,
});

/** The one type of key that each algorithm takes. None has a member for a private or symmetric key. */
const KEY_OF = {
  ES256: P256,
  ES384: P384,
  EdDSA: ED25519,
  Ed25519: ED25519,
  PS256: RSA,
  RS256: RSA,
} as const satisfies Record<DpopAlgorithm, z.ZodType>;

interface DpopKey {
  readonly alg: DpopAlgorithm;
  readonly jwk: z.output<(typeof KEY_OF)[DpopAlgorithm]>;
}

const isDpopAlgorithm = (alg: string): alg is DpopAlgorithm => Object.hasOwn(KEY_OF, alg);

function parseKey(alg: string, jwk: unknown): DpopKey | undefined {
  if (!isDpopAlgorithm(alg)) return undefined;
  const parsed = KEY_OF[alg].safeParse(jwk);
  return parsed.success ? { alg, jwk: parsed.data } : undefined;
}

/** Only the members that make the key. Others, such as key_ops, must not decide whether verifying works. */
function bareKey(jwk: DpopKey['jwk']): JWK {
  const { kty } = jwk;
  if (kty === 'RSA') return { kty, n: jwk.n, e: jwk.e };
  const { crv, x } = jwk;
  return kty === 'EC' ? { kty, crv, x, y: jwk.y } : { kty, crv, x };
}

/** The thumbprint of the proof's key (RFC 7638, SHA-256, base64url), as `cnf.jkt` holds it (RFC 9449 section 6.1). */
export const thumbprintOf = ({ key }: DpopProof): Promise<string> =>
  calculateJwkThumbprint(bareKey(key.jwk), 'sha256');

/** Undefined when the numbers are no key, such as a point that is not on its curve, or a weak one behind leading zeros. */
async function importKey({ alg, jwk }: DpopKey): Promise<CryptoKey | undefined> {
  try {
    const key = await importJWK(bareKey(jwk), alg);
    if (key instanceof Uint8Array) return undefined;
    return weaknessOf(KeyObject.from(key)) === undefined ? key : undefined;
  } catch {
    return undefined;
  }
}
