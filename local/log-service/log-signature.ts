// The signature of Log Service ("Request signature", version 1 with HMAC-SHA256): over the method, some headers, and the
// path with its query as it is, without an encoding.
import { createHash, createHmac } from 'node:crypto';

export interface LogRequest {
  readonly method: string;
  readonly path: string;
  readonly query: ReadonlyMap<string, string>;
  /** Lower-case names. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
}

const SIGNED_PREFIX = /^x-(?:log|acs)-/;

const byCodeUnits = ([a]: readonly [string, string], [b]: readonly [string, string]): number =>
  a < b ? -1 : 1;

export const contentMd5 = (body: Buffer): string =>
  createHash('md5').update(body).digest('hex').toUpperCase();

/** Base64, as in `Authorization: LOG <AccessKeyId>:<signature>`. */
export function signLogRequest(
  { method, path, query, headers }: LogRequest,
  accessKeySecret: string,
): string {
  const of = (name: string): string => headers.get(name) ?? '';
  const signed = [...headers].filter(([name]) => SIGNED_PREFIX.test(name)).sort(byCodeUnits);
  const parameters = [...query].sort(byCodeUnits).map(([name, value]) => `${name}=${value}`);
  const text = [
    method,
    of('content-md5'),
    of('content-type'),
    of('date'),
    ...signed.map(([name, value]) => `${name}:${value}`),
    parameters.length === 0 ? path : `${path}?${parameters.join('&')}`,
  ].join('\n');
  return createHmac('sha256', accessKeySecret).update(text).digest('base64');
}
