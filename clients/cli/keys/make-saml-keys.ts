// The value of STINT_SAML_KEYS: private RSA keys, the first of which signs what Stint sends to SAML identity providers.
// Of each the primes alone, from which the rest follows: an environment of Function Compute holds 4 KB.
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

/** The one that signs. A second one in the metadata would be taken for the one in use by whoever keeps the last. */
export const makeSamlKeys = (): SamlKeySet => [makeKey()];

/**
 * One step of a change of keys: first the next key behind the one that signs, for identity providers to know it before it
 * signs; then it alone, since what the old one signed counts for minutes.
 */
export const rotateSamlKeys = ([signing, ...next]: SamlKeySet): SamlKeySet =>
  next.length > 0 ? next : [...(signing ? [signing] : []), makeKey()];
