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
  const canonicalRequest = `POST
/
${canonicalQuery(call.query)}
${canonicalHeaders(call)}

${namesOf(call)}
${SHA256_OF_NOTHING}`;
  return createHmac('sha256', accessKeySecret)
    .update(`ACS3-HMAC-SHA256\n${sha256(canonicalRequest)}`)
    .digest('hex');
}

/** All headers of a call: those under the signature, that which carries it, and the form of the answer. */
export function acs3Headers(
  call: CallHeaders,
  { accessKeyId, signature }: { readonly accessKeyId: string; readonly signature: string },
): Readonly<Record<string, string>> {
  const { host, action, version, date, nonce, securityToken } = call;
  return {
    host,
    'x-acs-action': action,
    'x-acs-content-sha256': SHA256_OF_NOTHING,
    'x-acs-date': date,
    'x-acs-signature-nonce': nonce,
    'x-acs-version': version,
    ...(securityToken === undefined ? {} : { 'x-acs-security-token': securityToken }),
    accept: 'application/json',
    authorization: `ACS3-HMAC-SHA256 Credential=${accessKeyId},SignedHeaders=${namesOf(call)},Signature=${signature}`,
  };
}

/** Sorted by name, as are those of `namesOf`. Written out: to build and sort them takes several times longer. */
function canonicalHeaders({ host, action, version, date, nonce, securityToken }: CallHeaders): string {
  const token = securityToken === undefined ? '' : `x-acs-security-token:${securityToken}\n`;
  return `host:${host}
x-acs-action:${action}
x-acs-content-sha256:${SHA256_OF_NOTHING}
x-acs-date:${date}
${token}x-acs-signature-nonce:${nonce}
x-acs-version:${version}`;
}

const namesOf = ({ securityToken }: CallHeaders): string =>
  `host;x-acs-action;x-acs-content-sha256;x-acs-date;${securityToken === undefined ? '' : 'x-acs-security-token;'}x-acs-signature-nonce;x-acs-version`;

/** Sorted by name, which is ASCII. */
const canonicalQuery = (query: SignedCall['query']): string =>
  Object.keys(query)
    .sort()
    .map((name) => `${encode(name)}=${encode(query[name] ?? '')}`)
    .join('&');

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

const SHA256_OF_NOTHING = sha256('');

/** Every byte but those of `A-Za-z0-9-_.~` becomes %XX. */
const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
