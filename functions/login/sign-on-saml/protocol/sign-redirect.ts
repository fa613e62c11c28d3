// Signs what goes by HTTP-Redirect (saml-bindings section 3.4.4.1): over the very bytes of the query that the browser
// takes along, so that no reader's way to encode can make a difference.
import { type KeyObject, sign } from 'node:crypto';

const RSA_SHA256 = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256';
const HASH = 'sha256';

/** In this order, whichever the address has (ibid.). */
const SIGNED = [/^SAML(?:Request|Response)=/, /^RelayState=/];

/** `url` holds a message, encoded, and perhaps RelayState. Undefined as key: it stays as it is. */
export function signRedirect(url: string, key: KeyObject | undefined): string {
  if (!key) return url;
  const parts = url.slice(url.indexOf('?') + 1).split('&');
  const signed = SIGNED.flatMap((name) => parts.find((part) => name.test(part)) ?? []);
  const algorithm = `SigAlg=${encodeURIComponent(RSA_SHA256)}`;
  const signature = sign(HASH, Buffer.from([...signed, algorithm].join('&')), key).toString('base64');
  return `${url}&${algorithm}&Signature=${encodeURIComponent(signature)}`;
}
