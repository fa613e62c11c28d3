// HMAC-SHA1 over path and headers, as the SDKs compute it for requests and check it on responses.
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

export function signRequest(secret: string, path: string, headerLines: string): string {
  // The empty line is where a query string would be.
  return hmac(secret, `${path}\nPOST\n\n${headerLines}\n`);
}

export function signResponse(secret: string, path: string, headerLines: string): string {
  return hmac(secret, `${headerLines}\n${path}`);
}

/** Takes the same time wherever the first difference is, so that a signature can't be guessed byte by byte. */
export function equalSecretly(left: string, right: string): boolean {
  const a = Buffer.from(left);
  const b = Buffer.from(right);
  return a.length === b.length && timingSafeEqual(a, b);
}

export function contentMd5(body: Uint8Array): string {
  return createHash('md5').update(body).digest('base64');
}

function hmac(secret: string, text: string): string {
  return createHmac('sha1', secret).update(text).digest('base64');
}
