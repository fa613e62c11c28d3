// The value of STINT_SESSION_KEYS: private keys of P-256, the first of which signs session tokens. One key is always
// published before it signs, so that nobody meets a token whose key they have not had time to fetch.
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import * as z from 'zod';

const KID_BYTES = 9;
/** The one that signs, the one that is next, and the one that signed before: its tokens end within minutes. */
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

export const makeSessionKeys = (): SessionKeySet => [makeKey(), makeKey()];

/** The next key signs from now on, a new one is next, and the one that signed verifies what it has signed. */
export function rotateSessionKeys([signing, next, ...older]: SessionKeySet): SessionKeySet {
  const kept = [signing, ...older].filter((key) => key !== undefined);
  return [next ?? makeKey(), makeKey(), ...kept].slice(0, KEPT_KEYS);
}
