// ACS3-HMAC-SHA256 as "V3 request syntax and signature" describes it, for calls without a body.
import { createHash, createHmac } from 'node:crypto';

export interface SignedCall {
  readonly host: string;
  readonly action: string;
  readonly version: string;
  readonly query: Readonly<Record<string, string>>;
  readonly date: string;
  readonly nonce: string;
  readonly securityToken?: string | undefined;
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Everything but `A-Za-z0-9-_.~` becomes %XX. */
const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

/** Names are ASCII, and the order is that of their bytes. */
const sorted = (pairs: Readonly<Record<string, string>>): readonly (readonly [string, string])[] =>
  Object.entries(pairs).sort(([a], [b]) => (a < b ? -1 : 1));

export function signAcs3(call: SignedCall, accessKeySecret: string): string {
  const { securityToken } = call;
  const headers = sorted({
    host: call.host,
    'x-acs-action': call.action,
    'x-acs-content-sha256': sha256(''),
    'x-acs-date': call.date,
    'x-acs-signature-nonce': call.nonce,
    'x-acs-version': call.version,
    ...(securityToken === undefined ? {} : { 'x-acs-security-token': securityToken }),
  });
  const canonicalRequest = [
    'POST',
    '/',
    sorted(call.query)
      .map(([name, value]) => `${encode(name)}=${encode(value)}`)
      .join('&'),
    ...headers.map(([name, value]) => `${name}:${value}`),
    '',
    headers.map(([name]) => name).join(';'),
    sha256(''),
  ].join('\n');
  return createHmac('sha256', accessKeySecret)
    .update(`ACS3-HMAC-SHA256\n${sha256(canonicalRequest)}`)
    .digest('hex');
}
