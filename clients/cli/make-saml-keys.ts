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

/** The one that signs, and the next one, which identity providers shall know before it does. */
export const makeSamlKeys = (): SamlKeySet => [makeKey(), makeKey()];

/** What the old one signed counts for minutes: it need not be known any longer. */
export const rotateSamlKeys = ([, next]: SamlKeySet): SamlKeySet => [next ?? makeKey(), makeKey()];
