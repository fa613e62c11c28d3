// The certificates of a SAML identity provider. Only their keys count: the document pins them, so dates and issuers are not
// read.
import { type KeyObject, X509Certificate } from 'node:crypto';
import { weaknessOf } from '../../kernel/key-strength.ts';

/** Undefined for a text that is not a certificate. */
function keyIn(pem: string): KeyObject | undefined {
  try {
    return new X509Certificate(pem).publicKey;
  } catch {
    return undefined;
  }
}

/** The certificate's key if it is a strong RSA key: Stint takes no other signature algorithms than those of RSA. */
function signingKey(pem: string): KeyObject | undefined {
  const key = keyIn(pem);
  return key?.asymmetricKeyType === 'rsa' && weaknessOf(key) === undefined ? key : undefined;
}

export const isSigningCertificate = (pem: string): boolean => signingKey(pem) !== undefined;

/** The keys that may verify. Certificates that were stored before the checks grew stricter may hold others. */
export const signingKeys = (certificates: readonly string[]): readonly KeyObject[] =>
  certificates.flatMap((pem) => signingKey(pem) ?? []);
