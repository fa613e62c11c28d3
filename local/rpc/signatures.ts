// The two request signatures of Alibaba Cloud's RPC style: HMAC-SHA1 ("RPC mechanism") and ACS3-HMAC-SHA256 ("V3 request
// syntax and signature"). Computes them; whether a request carries the right one is decided in authenticate-caller.ts.
import { createHash, createHmac } from 'node:crypto';

/** RFC 3986 encoding as both signature methods define it: everything but `A-Za-z0-9-_.~` becomes %XX. */
export function percentEncode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** Sorted by name as given, not as encoded: that is what the SDKs sign. */
export function canonicalQuery(parameters: ReadonlyMap<string, string>): string {
  return [...parameters]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${percentEncode(name)}=${percentEncode(value)}`)
    .join('&');
}

/** `parameters` without `Signature`. */
export function signV2(
  method: string,
  parameters: ReadonlyMap<string, string>,
  accessKeySecret: string,
): string {
  const stringToSign = `${method}&${percentEncode('/')}&${percentEncode(canonicalQuery(parameters))}`;
  return createHmac('sha1', `${accessKeySecret}&`).update(stringToSign).digest('base64');
}

interface V3Request {
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

/** The signature in lower-case hex, as in the `authorization` header. */
export function signV3(request: V3Request, accessKeySecret: string): string {
  const stringToSign = `ACS3-HMAC-SHA256\n${hashCanonicalRequest(request)}`;
  return createHmac('sha256', accessKeySecret).update(stringToSign).digest('hex');
}
