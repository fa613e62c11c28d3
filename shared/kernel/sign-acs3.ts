// ACS3-HMAC-SHA256, the signature of Alibaba Cloud's page "V3 request syntax and signature", for calls without a body.
import { createHash, createHmac } from 'node:crypto';

interface CallHeaders {
  readonly host: string;
  readonly action: string;
  /** The version of the API, such as 2015-04-01. */
  readonly version: string;
  /** `yyyy-mm-ddThh:mm:ssZ`, in UTC. */
  readonly date: string;
  readonly nonce: string;
  readonly securityToken?: string | undefined;
}

export interface SignedCall extends CallHeaders {
  readonly query: Readonly<Record<string, string>>;
}

/** The signature in hexadecimal digits, without the header that carries it. */
export function signAcs3(call: SignedCall, accessKeySecret: string): string {
  const headers = sorted(signedHeaders(call));
  const canonicalRequest = [
    'POST',
    '/',
    sorted(call.query)
      .map(([name, value]) => `${encode(name)}=${encode(value)}`)
      .join('&'),
    ...headers.map(([name, value]) => `${name}:${value}`),
    '',
    headers.map(([name]) => name).join(';'),
    SHA256_OF_NOTHING,
  ].join('\n');
  return createHmac('sha256', accessKeySecret)
    .update(`ACS3-HMAC-SHA256\n${sha256(canonicalRequest)}`)
    .digest('hex');
}

/** All headers of a call: those under the signature, that which carries it, and the form of the answer. */
export function acs3Headers(
  call: CallHeaders,
  { accessKeyId, signature }: { readonly accessKeyId: string; readonly signature: string },
): Readonly<Record<string, string>> {
  const signed = signedHeaders(call);
  const names = sorted(signed).map(([name]) => name);
  return {
    ...signed,
    accept: 'application/json',
    authorization: `ACS3-HMAC-SHA256 Credential=${accessKeyId},SignedHeaders=${names.join(';')},Signature=${signature}`,
  };
}

const signedHeaders = ({ securityToken, ...call }: CallHeaders): Readonly<Record<string, string>> => ({
  host: call.host,
  'x-acs-action': call.action,
  'x-acs-content-sha256': SHA256_OF_NOTHING,
  'x-acs-date': call.date,
  'x-acs-signature-nonce': call.nonce,
  'x-acs-version': call.version,
  ...(securityToken === undefined ? {} : { 'x-acs-security-token': securityToken }),
});

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

const SHA256_OF_NOTHING = sha256('');

/** Every byte but those of `A-Za-z0-9-_.~` becomes %XX. */
const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

/** By the order of bytes; the names are ASCII. */
const sorted = (pairs: Readonly<Record<string, string>>): readonly (readonly [string, string])[] =>
  Object.entries(pairs).sort(([a], [b]) => (a < b ? -1 : 1));
