// Stint's own RSA keys as a SAML service provider: the first signs what goes to identity providers. A second one is there
// while the key is changed alone, and is published behind the first, so that it is known before it signs. Signs nothing.
import { createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import * as z from 'zod';
import { weaknessOf } from '../../../shared/kernel/key-strength.ts';
import type { SamlConnection } from '../../../shared/rules/sign-on/saml-connection.ts';
import { rsaFromPrimes } from './rsa-from-primes.ts';
import { selfSign } from './self-sign.ts';

/** The one that signs, the next one while the key is changed, and one to spare; in 4 KB of environment. */
const MAX_KEYS = 3;
/** Longer ones make each sign-on wait. */
const MAX_RSA_BITS = 4096;
/** Half as many bits as the key has: 128 to 256 bytes. */
const Prime = z.string().regex(/^[A-Za-z0-9_-]{171,342}$/);

/** Members of an RSA private key as RFC 7518 section 6.3 names them, without those that follow from these. */
const SamlJwk = z.strictObject({
  kty: z.literal('RSA'),
  e: z.literal('AQAB'),
  p: Prime,
  q: Prime,
});
type SamlJwk = z.infer<typeof SamlJwk>;

export const SamlJwks = z
  .array(SamlJwk.refine(isUsable))
  .min(1)
  .max(MAX_KEYS)
  .refine((keys) => new Set(keys.flatMap(({ p, q }) => [p, q])).size === 2 * keys.length);
export type SamlJwks = z.infer<typeof SamlJwks>;

const PROBE = Buffer.from('do these primes make a key?');

/** Numbers that are no primes make a key whose signatures nobody can verify. */
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
 * An identity provider takes a certificate for the key in it. The dates say nothing, but some refuse one that is over,
 * and then nobody could sign on: so it outlives every key. Nobody but Stint vouches for it, since the administrator who
 * loads the metadata does.
 */
const CERTIFICATE = {
  commonName: 'Stint SAML service provider',
  from: new Date('2020-01-01T00:00:00Z'),
  until: new Date('2049-12-31T23:59:59Z'),
};

export interface SamlKeys {
  /** Undefined: nothing is signed. */
  readonly signing: KeyObject | undefined;
  /** PEM, in the order of the keys. */
  readonly certificates: readonly string[];
}

/**
 * What signs the requests of a connection, and whose certificates its metadata name. Requests are signed where there is a
 * key, unless the connection says otherwise: Keycloak demands signatures of a client that came by metadata, whatever
 * AuthnRequestsSigned says and even without a key in them. Logout messages are always signed. Where nothing is, no key is
 * published. Undefined: requests must be signed, and there is no key.
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

export function readSamlKeys(jwks: readonly SamlJwk[]): SamlKeys {
  const keys = jwks.map(rsaFromPrimes);
  return { signing: keys[0], certificates: keys.map((key) => selfSign(key, CERTIFICATE)) };
}
