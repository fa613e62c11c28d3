// The x-ots-* headers of requests and responses, and their signature: HMAC-SHA1 over path and headers, as the SDKs compute it
// for requests and check it on responses.
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { ok } from '../../shared/kernel/result.ts';
import { type Outcome, refuse } from './errors.ts';

/** The signature of a request in base64. `headerLines` are sorted, and leave the signature out. */
export function signRequest(secret: string, path: string, headerLines: string): string {
  // The empty line is where a query string would be.
  return hmac(secret, `${path}\nPOST\n\n${headerLines}\n`);
}

/** The signature of a response in base64. */
export function signResponse(secret: string, path: string, headerLines: string): string {
  return hmac(secret, `${headerLines}\n${path}`);
}

/** Takes the same time wherever the first difference is, so that a signature cannot be guessed byte by byte. */
export function equalSecretly(left: string, right: string): boolean {
  const a = Buffer.from(left);
  const b = Buffer.from(right);
  return a.length === b.length && timingSafeEqual(a, b);
}

/** The digest in base64, as in x-ots-contentmd5. */
export function contentMd5(body: Uint8Array): string {
  return createHash('md5').update(body).digest('base64');
}

function hmac(secret: string, text: string): string {
  return createHmac('sha1', secret).update(text).digest('base64');
}

export interface OtsHeaders {
  readonly apiVersion: string;
  readonly instance: string;
  readonly contentMd5: string;
  readonly date: string;
  readonly accessKeyId: string;
  readonly securityToken: string | undefined;
  readonly signature: string;
  /** `name:value` lines, sorted: what the signature covers. */
  readonly signedLines: string;
}

const SIGNATURE = 'x-ots-signature';

const REQUIRED = [
  'x-ots-apiversion',
  'x-ots-instancename',
  'x-ots-contentmd5',
  'x-ots-date',
  'x-ots-accesskeyid',
  SIGNATURE,
] as const;

/** OTSMissingHeader unless each required header is there. */
export function readOtsHeaders(headers: IncomingHttpHeaders): Outcome<OtsHeaders> {
  const ots = otsHeadersOf(headers);
  for (const name of REQUIRED) {
    if (!ots.has(name)) return refuse('OTSMissingHeader', `Missing header: '${name}'.`);
  }
  return ok({
    apiVersion: ots.get('x-ots-apiversion') ?? '',
    instance: ots.get('x-ots-instancename') ?? '',
    contentMd5: ots.get('x-ots-contentmd5') ?? '',
    date: ots.get('x-ots-date') ?? '',
    accessKeyId: ots.get('x-ots-accesskeyid') ?? '',
    securityToken: ots.get('x-ots-ststoken'),
    signature: ots.get(SIGNATURE) ?? '',
    signedLines: headerLines(ots),
  });
}

/** Shared by requests and responses; the signature itself is never part of what is signed. */
function headerLines(headers: ReadonlyMap<string, string>): string {
  return [...headers]
    .filter(([name]) => name !== SIGNATURE)
    .map(([name, value]) => `${name}:${value}`)
    .sort()
    .join('\n');
}

function otsHeadersOf(headers: IncomingHttpHeaders): Map<string, string> {
  const found = new Map<string, string>();
  for (const [name, value] of Object.entries(headers)) {
    if (name.startsWith('x-ots-') && typeof value === 'string') found.set(name, value);
  }
  return found;
}

/** The key that signs a response: the caller's own. */
export interface Signer {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
}

/** The headers by which a client verifies that an answer, also an error, is the service's own and unchanged. */
export function signedResponseHeaders(
  path: string,
  body: Uint8Array,
  requestId: string,
  now: Date,
  signer: Signer | undefined,
): Record<string, string> {
  const ots = new Map([
    ['x-ots-contentmd5', contentMd5(body)],
    ['x-ots-contenttype', 'protocol buffer'],
    ['x-ots-date', now.toISOString()],
    ['x-ots-requestid', requestId],
  ]);
  const headers = Object.fromEntries(ots);
  // Without a known key there is nothing to sign with.
  if (signer === undefined) return headers;
  const signature = signResponse(signer.accessKeySecret, path, headerLines(ots));
  return { ...headers, authorization: `OTS ${signer.accessKeyId}:${signature}` };
}
