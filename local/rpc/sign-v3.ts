// ACS3-HMAC-SHA256, Alibaba Cloud "V3 request syntax and signature". Computes; judges nothing.
import { createHash, createHmac } from 'node:crypto';
import { canonicalQuery } from './percent-encode.ts';

export interface V3Request {
  readonly method: string;
  readonly path: string;
  readonly query: ReadonlyMap<string, string>;
  /** Lower-case names. */
  readonly headers: ReadonlyMap<string, string>;
  readonly signedHeaders: readonly string[];
  readonly body: Buffer;
}

/** Lower-case hex, as in the `x-acs-content-sha256` header. */
export function sha256Hex(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}

/** The body's own digest, never the one a header claims: a changed body then changes the signature. */
export function hashCanonicalRequest(request: V3Request): string {
  const headers = request.signedHeaders.map(
    (name) => `${name}:${(request.headers.get(name) ?? '').trim()}\n`,
  );
  const canonical = [
    request.method,
    request.path,
    canonicalQuery(request.query),
    headers.join(''),
    request.signedHeaders.join(';'),
    sha256Hex(request.body),
  ];
  return sha256Hex(canonical.join('\n'));
}

export function signV3(request: V3Request, accessKeySecret: string): string {
  const stringToSign = `ACS3-HMAC-SHA256\n${hashCanonicalRequest(request)}`;
  return createHmac('sha256', accessKeySecret).update(stringToSign).digest('hex');
}
