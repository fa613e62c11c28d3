// The value of STINT_SAML_KEYS: private RSA keys. The first one signs what Stint sends to SAML identity providers. A key is
// kept as its two primes, from which the rest follows, since the environment of a function holds 4 KB at Function Compute.
import { generateKeyPairSync } from 'node:crypto';
import * as z from 'zod';

const RSA_BITS = 2048;

const PrivateJwk = z.object({ kty: z.string(), e: z.string(), p: z.string(), q: z.string() });
export const SamlKeySet = z.array(PrivateJwk).min(1);
export type SamlKeySet = z.infer<typeof SamlKeySet>;

const makeKey = (): SamlKeySet[number] =>
  PrivateJwk.parse(
    generateKeyPairSync('rsa', { modulusLength: RSA_BITS }).privateKey.export({ format: 'jwk' }),
  );

/**
 * One key, which signs. An identity provider that keeps only the last certificate of the metadata would take a second key
 * for the one in use.
 */
export const makeSamlKeys = (): SamlKeySet => [makeKey()];

/**
 * One step of a change of keys. The first step adds the next key behind the signing one, so that identity providers know it
 * before it signs; the second leaves the next key alone. What the old key signed is valid for minutes.
 */
export const rotateSamlKeys = ([signing, ...next]: SamlKeySet): SamlKeySet =>
  next.length > 0 ? next : [...(signing ? [signing] : []), makeKey()];
