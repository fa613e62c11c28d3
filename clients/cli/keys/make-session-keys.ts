// The value of STINT_SESSION_KEYS: private P-256 keys. The first one signs session tokens. Every key is published before it
// signs, so that a verifier has had time to fetch it.
import * as z from 'zod';
import { makeSessionKey, PrivateEcJwk } from '../../../shared/kernel/make-private-keys.ts';

/** The signing key, the next one, and the one that signed before: its tokens expire within minutes. */
const KEPT_KEYS = 3;

export const SessionKeySet = z.array(PrivateEcJwk).min(1);
export type SessionKeySet = z.infer<typeof SessionKeySet>;

/** The signing key and the next one. */
export const makeSessionKeys = (): SessionKeySet => [makeSessionKey(), makeSessionKey()];

/** The next key becomes the signing key, a new key becomes the next one, and the old signing key only verifies. */
export function rotateSessionKeys([signing, next, ...older]: SessionKeySet): SessionKeySet {
  const kept = [signing, ...older].filter((key) => key !== undefined);
  return [next ?? makeSessionKey(), makeSessionKey(), ...kept].slice(0, KEPT_KEYS);
}
