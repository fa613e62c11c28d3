// Whether the gateway sent a request. Anyone who reaches the function can write a certificate into a header, but only the
// gateway knows the secret. Stint knows the secret's hash.
import { createHash, timingSafeEqual } from 'node:crypto';

/** `hashes`: SHA-256, hex. Comparing hashes does not reveal the secret or its length by the time that it takes. */
export function isFromGateway(secret: string | undefined, hashes: readonly string[]): boolean {
  if (secret === undefined) return false;
  const given = createHash('sha256').update(secret).digest();
  return hashes.some((hash) => timingSafeEqual(given, Buffer.from(hash, 'hex')));
}
