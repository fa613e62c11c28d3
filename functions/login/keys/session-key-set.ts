// Stint's own keys. The first signs session tokens; all of them verify tokens that an earlier first key signed. Two secret keys
// are derived from each: one seals the state that a browser carries, the other derives the successor of a refresh token or a
// cookie.
import { createPrivateKey, createPublicKey, hkdfSync, type KeyObject, sign, verify } from 'node:crypto';
import type { JWK } from 'jose';
import * as z from 'zod';
import { weaknessOf } from '../../../shared/kernel/key-strength.ts';

/** One that signs, the next one, published before it signs, and older ones that only verify. The environment holds 4 KB. */
const MAX_KEYS = 8;
/** A coordinate or a scalar of P-256: 32 bytes. */
const Field = z.string().regex(/^[A-Za-z0-9_-]{43}$/);

export const SessionJwk = z.strictObject({
  kty: z.literal('EC'),
  crv: z.literal('P-256'),
  kid: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/),
  x: Field,
  y: Field,
  d: Field,
});
export type SessionJwk = z.infer<typeof SessionJwk>;

export const SessionJwks = z
  .array(SessionJwk.refine(isKeyPair))
  .min(1)
  .max(MAX_KEYS)
  .refine((keys) => new Set(keys.map(({ kid }) => kid)).size === keys.length);
export type SessionJwks = z.infer<typeof SessionJwks>;

const PROBE = Buffer.from('do these halves fit?');

/** A private key that does not match the public one would sign tokens that cannot be verified. */
function isKeyPair({ d, ...publicJwk }: SessionJwk): boolean {
  try {
    const signature = sign('sha256', PROBE, createPrivateKey({ key: { ...publicJwk, d }, format: 'jwk' }));
    const publicKey = createPublicKey({ key: publicJwk, format: 'jwk' });
    return weaknessOf(publicKey) === undefined && verify('sha256', PROBE, publicKey, signature);
  } catch {
    return false;
  }
}

interface NamedKey<Key> {
  readonly kid: string;
  readonly key: Key;
}

export interface SessionKeys {
  readonly signing: NamedKey<KeyObject>;
  readonly published: readonly JWK[];
  /** Derived, for sealed-state.ts, in the order of the signing keys. */
  readonly sealing: readonly NamedKey<Uint8Array>[];
  /** Derived, for the successors of refresh tokens and cookies, in the same order. */
  readonly succession: readonly Uint8Array[];
  /** The keys as they are stored now: another instance may have sealed with one that is unknown here. Absent: they are fixed. */
  readonly readAgain?: () => Promise<SessionKeys>;
}

const DERIVED_BYTES = 32;

/** HKDF (RFC 5869). */
const derivedKey = ({ d }: SessionJwk, purpose: 'stint sign-on state' | 'stint refresh token'): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', Buffer.from(d, 'base64url'), '', purpose, DERIVED_BYTES));

/**
 * The first of `jwks` signs, all of them are published. `unpublished` keys verify no token any more; they open what they sealed
 * when they were in use.
 */
export function readSessionKeys(
  jwks: readonly SessionJwk[],
  unpublished: readonly SessionJwk[] = [],
): SessionKeys {
  const [first] = jwks;
  if (!first) throw new Error('no session key');
  const all = [...jwks, ...unpublished];
  return {
    signing: { kid: first.kid, key: createPrivateKey({ key: { ...first }, format: 'jwk' }) },
    published: jwks.map(({ d: _, ...jwk }) => ({ ...jwk, alg: 'ES256', use: 'sig' })),
    sealing: all.map((jwk) => ({ kid: jwk.kid, key: derivedKey(jwk, 'stint sign-on state') })),
    succession: all.map((jwk) => derivedKey(jwk, 'stint refresh token')),
  };
}
