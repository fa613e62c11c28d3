// Stint's own keys: the first signs session tokens, and all of them verify what an earlier first one signed. From each
// come two more, never published: for what a browser carries through a sign-on, and for what follows a refresh token or a
// cookie.
import { createPrivateKey, createPublicKey, hkdfSync, type KeyObject, sign, verify } from 'node:crypto';
import type { JWK } from 'jose';
import * as z from 'zod';
import { weaknessOf } from '../../../shared/kernel/key-strength.ts';

/** The one that signs, the next one, published ahead, and those that only verify; in 4 KB of environment. */
const MAX_KEYS = 8;
/** A coordinate or a scalar of P-256: 32 bytes. */
const Field = z.string().regex(/^[A-Za-z0-9_-]{43}$/);

const SessionJwk = z.strictObject({
  kty: z.literal('EC'),
  crv: z.literal('P-256'),
  kid: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/),
  x: Field,
  y: Field,
  d: Field,
});
type SessionJwk = z.infer<typeof SessionJwk>;

export const SessionJwks = z
  .array(SessionJwk.refine(isKeyPair))
  .min(1)
  .max(MAX_KEYS)
  .refine((keys) => new Set(keys.map(({ kid }) => kid)).size === keys.length);
export type SessionJwks = z.infer<typeof SessionJwks>;

const PROBE = Buffer.from('do these halves fit?');

/** A private half that does not fit the public one would sign tokens that nobody can verify. */
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
  /** In the order of the keys they come from. */
  readonly sealing: readonly NamedKey<Uint8Array>[];
  /** By these the successor of a refresh token or a cookie is told from it; in the same order. */
  readonly succession: readonly Uint8Array[];
}

const DERIVED_BYTES = 32;

const derivedKey = ({ d }: SessionJwk, purpose: 'stint sign-on state' | 'stint refresh token'): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', Buffer.from(d, 'base64url'), '', purpose, DERIVED_BYTES));

export function readSessionKeys(jwks: SessionJwks): SessionKeys {
  const [first] = jwks;
  if (!first) throw new Error('no session key');
  return {
    signing: { kid: first.kid, key: createPrivateKey({ key: { ...first }, format: 'jwk' }) },
    published: jwks.map(({ d: _, ...jwk }) => ({ ...jwk, alg: 'ES256', use: 'sig' })),
    sealing: jwks.map((jwk) => ({ kid: jwk.kid, key: derivedKey(jwk, 'stint sign-on state') })),
    succession: jwks.map((jwk) => derivedKey(jwk, 'stint refresh token')),
  };
}
