// With what may be signed and hashed: a closed list. SHA-1 is broken, and an HMAC would make the public certificate a
// password. ECDSA is left out because xml-crypto does not know it.
import { constants } from 'node:crypto';

export const DIGESTS: ReadonlyMap<string, 'sha256' | 'sha512'> = new Map([
  ['http://www.w3.org/2001/04/xmlenc#sha256', 'sha256'],
  ['http://www.w3.org/2001/04/xmlenc#sha512', 'sha512'],
]);

export interface SignatureMethod {
  readonly hash: 'sha256' | 'sha512';
  readonly padding: number;
  readonly saltLength?: number;
}

const PKCS1 = { padding: constants.RSA_PKCS1_PADDING };
/** RFC 6931 section 2.3.10: the salt is as long as the hash. */
const PSS = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST };

/** RFC 6931 sections 2.3.2, 2.3.4 and 2.3.10. */
export const SIGNATURES: ReadonlyMap<string, SignatureMethod> = new Map([
  ['http://www.w3.org/2001/04/xmldsig-more#rsa-sha256', { hash: 'sha256', ...PKCS1 }],
  ['http://www.w3.org/2001/04/xmldsig-more#rsa-sha512', { hash: 'sha512', ...PKCS1 }],
  ['http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1', { hash: 'sha256', ...PSS }],
  ['http://www.w3.org/2007/05/xmldsig-more#sha512-rsa-MGF1', { hash: 'sha512', ...PSS }],
]);
