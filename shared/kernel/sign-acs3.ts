// ACS3-HMAC-SHA256, the signature of Alibaba Cloud's page "V3 request syntax and signature", for calls without a body.
import { createHash, createHmac } from 'node:crypto';

export interface SignedCall {
  readonly host: string;
  readonly action: string;
  /** The version of the API, such as 2015-04-01. */
  readonly version: string;
  readonly query: Readonly<Record<string, string>>;
  /** `yyyy-mm-ddThh:mm:ssZ`, in UTC. */
  readonly date: string;
  readonly nonce: string;
  readonly securityToken?: string | undefined;
}

/** The signature in hexadecimal digits, without the header that carries it. */
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

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Every byte but those of `A-Za-z0-9-_.~` becomes %XX. */
const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

/** By the order of bytes; the names are ASCII. */
const sorted = (pairs: Readonly<Record<string, string>>): readonly (readonly [string, string])[] =>
  Object.entries(pairs).sort(([a], [b]) => (a < b ? -1 : 1));
