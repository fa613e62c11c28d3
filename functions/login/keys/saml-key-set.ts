// Stint's own RSA keys as a SAML service provider. The first signs messages to identity providers. A second one exists only while
// the key is being changed; it is published after the first, so that identity providers know it before it signs.
import { createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import * as z from 'zod';
import { weaknessOf } from '../../../shared/kernel/key-strength.ts';
import type { SamlConnection } from '../../../shared/rules/sign-on/saml-connection.ts';
import { rsaFromPrimes } from './rsa-from-primes.ts';
import { selfSign } from './self-sign.ts';

/** One that signs, the next one while the key is changed, and one to spare. The environment holds 4 KB. */
const MAX_KEYS = 3;
/** A longer key delays each sign-on. */
const MAX_RSA_BITS = 4096;
/** A prime has half the key's bits: 128 to 256 bytes. */
const Prime = z.string().regex(/^[A-Za-z0-9_-]{171,342}$/);

/** RFC 7518 section 6.3, without the members that are computed from these. */
const SamlJwk = z.strictObject({
  kty: z.literal('RSA'),
  e: z.literal('AQAB'),
  p: Prime,
  q: Prime,
});
export type SamlJwk = z.infer<typeof SamlJwk>;

export const SamlJwks = z
  .array(SamlJwk.refine(isUsable))
  .min(1)
  .max(MAX_KEYS)
  .refine((keys) => new Set(keys.flatMap(({ p, q }) => [p, q])).size === 2 * keys.length);
export type SamlJwks = z.infer<typeof SamlJwks>;

const PROBE = Buffer.from('do these primes make a key?');

/** Numbers that are not primes make a key whose signatures cannot be verified. */
function isUsable(primes: SamlJwk): boolean {
  try {
    const key = rsaFromPrimes(primes);
    const publicKey = createPublicKey(key);
    const bits = publicKey.asymmetricKeyDetails?.modulusLength ?? 0;
    const isStrong = weaknessOf(publicKey) === undefined && bits <= MAX_RSA_BITS;
    return isStrong && verify('sha256', PROBE, publicKey, sign('sha256', PROBE, key));
  } catch {
    return false;
  }
}

/**
 * An identity provider uses only the key in the certificate. Some refuse an expired certificate, and then no person could sign on,
 * so it is valid longer than any key. It is self-signed: the administrator who loads the metadata vouches for it.
 */
const CERTIFICATE = {
  commonName: 'Stint SAML service provider',
  from: new Date('2020-01-01T00:00:00Z'),
  until: new Date('2049-12-31T23:59:59Z'),
};

export interface SamlKeys {
  /** Private. Undefined: nothing is signed. */
  readonly signing: KeyObject | undefined;
  /** PEM, in the order of the keys. */
  readonly certificates: readonly string[];
}

/**
 * The key that signs a connection's AuthnRequests, and the certificates of its metadata. If there is a key, requests are signed
 * unless the connection says otherwise: Keycloak demands signatures of every client that was registered by metadata, whatever
 * AuthnRequestsSigned says. Logout messages are always signed. If nothing is signed, no certificate is published. Undefined:
 * the connection requires signed requests, and there is no key.
 */
export function keysAt(
  { signRequests, sloUrl }: Pick<SamlConnection, 'signRequests' | 'sloUrl'>,
  { signing, certificates }: SamlKeys,
): SamlKeys | undefined {
  if (signRequests === true && signing === undefined) return undefined;
  const signsRequests = signRequests !== false;
  return {
    signing: signsRequests ? signing : undefined,
    certificates: signsRequests || sloUrl !== undefined ? certificates : [],
  };
}

/** `jwks` has passed SamlJwks. */
export function readSamlKeys(jwks: readonly SamlJwk[]): SamlKeys {
  const keys = jwks.map(rsaFromPrimes);
  return { signing: keys[0], certificates: keys.map((key) => selfSign(key, CERTIFICATE)) };
}
