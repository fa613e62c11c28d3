// The value of STINT_SESSION_KEYS: private P-256 keys. The first one signs session tokens. Every key is published before it
// signs, so that a verifier has had time to fetch it.
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import * as z from 'zod';

const KID_BYTES = 9;
/** The signing key, the next one, and the one that signed before: its tokens expire within minutes. */
const KEPT_KEYS = 3;

const PrivateJwk = z.object({
  kty: z.string(),
  crv: z.string(),
  kid: z.string(),
  x: z.string(),
  y: z.string(),
  d: z.string(),
});
export const SessionKeySet = z.array(PrivateJwk).min(1);
export type SessionKeySet = z.infer<typeof SessionKeySet>;

function makeKey(): SessionKeySet[number] {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return PrivateJwk.parse({
    ...privateKey.export({ format: 'jwk' }),
    kid: randomBytes(KID_BYTES).toString('base64url'),
  });
}

/** The signing key and the next one. */
export const makeSessionKeys = (): SessionKeySet => [makeKey(), makeKey()];

/** The next key becomes the signing key, a new key becomes the next one, and the old signing key only verifies. */
export function rotateSessionKeys([signing, next, ...older]: SessionKeySet): SessionKeySet {
  const kept = [signing, ...older].filter((key) => key !== undefined);
  return [next ?? makeKey(), makeKey(), ...kept].slice(0, KEPT_KEYS);
}
