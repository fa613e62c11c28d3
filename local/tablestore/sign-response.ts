// The headers by which a client can tell that the answer is the service's own and untampered; errors carry them too.
import { headerLines } from './request-headers.ts';
import { contentMd5, signResponse } from './signature.ts';

export interface Signer {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
}

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
