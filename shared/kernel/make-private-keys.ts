// New private keys: of session tokens, and of SAML messages. The command line makes them for an environment; login makes them
// for its own table.
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import * as z from 'zod';

const KID_BYTES = 9;
const RSA_BITS = 2048;

/** RFC 7518 section 6.2. */
export const PrivateEcJwk = z.object({
  kty: z.string(),
  crv: z.string(),
  kid: z.string(),
  x: z.string(),
  y: z.string(),
  d: z.string(),
});
export type PrivateEcJwk = z.infer<typeof PrivateEcJwk>;

/** RFC 7518 section 6.3, the primes alone: the other numbers follow from them. */
export const PrivateRsaJwk = z.object({ kty: z.string(), e: z.string(), p: z.string(), q: z.string() });
export type PrivateRsaJwk = z.infer<typeof PrivateRsaJwk>;

/** A P-256 key that signs session tokens, with a random kid. */
export function makeSessionKey(): PrivateEcJwk {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return PrivateEcJwk.parse({
    ...privateKey.export({ format: 'jwk' }),
    kid: randomBytes(KID_BYTES).toString('base64url'),
  });
}

/** An RSA key of 2048 bits that signs SAML messages. */
export const makeSamlKey = (): PrivateRsaJwk =>
  PrivateRsaJwk.parse(
    generateKeyPairSync('rsa', { modulusLength: RSA_BITS }).privateKey.export({ format: 'jwk' }),
  );
