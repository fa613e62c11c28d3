// A published key in its one form, and its thumbprint (RFC 7638). An issuer's spelling does not count: leading zeros or
// stray characters would give a key that was revoked another name.
import { createPublicKey, type JsonWebKey } from 'node:crypto';
import type { JWK } from 'jose';
import { type KeyWeakness, weaknessOf } from '../../kernel/key-strength.ts';
import { sha256 } from '../../kernel/sha256.ts';

export interface IssuerKey {
  readonly jwk: JWK;
  readonly thumbprint: string;
  /** Empty when the issuer gives none. */
  readonly kid: string;
  /** As published, else the kind of key. */
  readonly alg: string;
  /** Undefined: strong enough. */
  readonly weakness: KeyWeakness | undefined;
}

/** RFC 7638 section 3.2: the members that make the key, which are all that is exported, in the order of their names. */
const thumbprintOf = (members: JWK): string =>
  sha256(JSON.stringify(members, Object.keys(members).sort()), 'base64url');

/** Undefined for what is no key at all: no token can be signed with it. */
export function nameKey(published: Readonly<Record<string, unknown>>): IssuerKey | undefined {
  try {
    const key = published as JsonWebKey; // createPublicKey checks every member that it reads
    const publicKey = createPublicKey({ key, format: 'jwk' });
    const members = publicKey.export({ format: 'jwk' });
    const { kid, alg } = published;
    return {
      jwk: { ...published, ...members },
      thumbprint: thumbprintOf(members),
      kid: typeof kid === 'string' ? kid : '',
      alg: typeof alg === 'string' ? alg : String(members.kty),
      weakness: weaknessOf(publicKey),
    };
  } catch {
    return undefined;
  }
}
