// The value of STINT_SAML_KEYS: private RSA keys. The first one signs what Stint sends to SAML identity providers. A key is
// kept as its two primes, from which the rest follows, since the environment of a function holds 4 KB at Function Compute.
import * as z from 'zod';
import { makeSamlKey, PrivateRsaJwk } from '../../../shared/kernel/make-private-keys.ts';

export const SamlKeySet = z.array(PrivateRsaJwk).min(1);
export type SamlKeySet = z.infer<typeof SamlKeySet>;

/**
 * One key, which signs. An identity provider that keeps only the last certificate of the metadata would take a second key
 * for the one in use.
 */
export const makeSamlKeys = (): SamlKeySet => [makeSamlKey()];

/**
 * One step of a change of keys. The first step adds the next key behind the signing one, so that identity providers know it
 * before it signs; the second leaves the next key alone. What the old key signed is valid for minutes.
 */
export const rotateSamlKeys = ([signing, ...next]: SamlKeySet): SamlKeySet =>
  next.length > 0 ? next : [...(signing ? [signing] : []), makeSamlKey()];
