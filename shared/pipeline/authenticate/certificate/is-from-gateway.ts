// Whether the gateway sent a request. A stranger who reaches the function can write any certificate into a header; only the gateway
// knows the secret, of which Stint has the hash.
import { createHash, timingSafeEqual } from 'node:crypto';

/** `hashes`: SHA-256, hex. Hashes are compared, so that neither the time nor a length tells anything of the secret. */
export function isFromGateway(secret: string | undefined, hashes: readonly string[]): boolean {
  if (secret === undefined) return false;
  const given = createHash('sha256').update(secret).digest();
  return hashes.some((hash) => timingSafeEqual(given, Buffer.from(hash, 'hex')));
}
