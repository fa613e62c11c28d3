// The public key in the header of a DPoP proof (RFC 9449 section 4.2). Each algorithm takes the one type of key that it
// is for; nothing that could be, or hide, a private or symmetric key gets through.
import { KeyObject } from 'node:crypto';
import { type CryptoKey, calculateJwkThumbprint, importJWK, type JWK } from 'jose';
import * as z from 'zod';
import type { DpopAlgorithm } from '../../../kernel/dpop-algorithms.ts';
import { weaknessOf } from '../../../kernel/key-strength.ts';

/** Members that WebCrypto and mobile libraries add. Any other, a private one above all, is refused. */
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
/** 2,048 to 4,096 bits, and the usual exponent: a caller chooses this key, and with it what verifying costs. */
const RSA = z.strictObject({
  kty: z.literal('RSA'),
  n: base64url(342, 683),
  e: z.literal('AQAB'),
  ...INFORMATIVE,
});

const KEY_OF = {
  ES256: P256,
  ES384: P384,
  EdDSA: ED25519,
  Ed25519: ED25519,
  PS256: RSA,
  RS256: RSA,
} as const satisfies Record<DpopAlgorithm, z.ZodType>;

export interface DpopKey {
  readonly alg: DpopAlgorithm;
  readonly jwk: z.output<(typeof KEY_OF)[DpopAlgorithm]>;
}

const isDpopAlgorithm = (alg: string): alg is DpopAlgorithm => Object.hasOwn(KEY_OF, alg);

export function parseDpopKey(alg: string, jwk: unknown): DpopKey | undefined {
  if (!isDpopAlgorithm(alg)) return undefined;
  const parsed = KEY_OF[alg].safeParse(jwk);
  return parsed.success ? { alg, jwk: parsed.data } : undefined;
}

/** Without what only informs: key_ops, say, must not decide whether verifying works. */
function bareKey(jwk: DpopKey['jwk']): JWK {
  const { kty } = jwk;
  if (kty === 'RSA') return { kty, n: jwk.n, e: jwk.e };
  const { crv, x } = jwk;
  return kty === 'EC' ? { kty, crv, x, y: jwk.y } : { kty, crv, x };
}

/** RFC 7638 with SHA-256, as `cnf.jkt` holds it (RFC 9449 section 6.1). */
export const thumbprintOf = ({ jwk }: DpopKey): Promise<string> =>
  calculateJwkThumbprint(bareKey(jwk), 'sha256');

/** Undefined when the numbers are no key, a point that is not on its curve say, or a weak one behind leading zeros. */
export async function importDpopKey({ alg, jwk }: DpopKey): Promise<CryptoKey | undefined> {
  try {
    const key = await importJWK(bareKey(jwk), alg);
    if (key instanceof Uint8Array) return undefined;
    return weaknessOf(KeyObject.from(key)) === undefined ? key : undefined;
  } catch {
    return undefined;
  }
}
