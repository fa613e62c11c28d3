// The certificates of a SAML identity provider, of which only the keys count: dates and issuers are nobody's business here.
import { type KeyObject, X509Certificate } from 'node:crypto';
import { weaknessOf } from '../../kernel/key-strength.ts';

/** Undefined for what is no certificate. */
function keyIn(pem: string): KeyObject | undefined {
  try {
    return new X509Certificate(pem).publicKey;
  } catch {
    return undefined;
  }
}

/** Of RSA, because the signature algorithms that are taken are: with another key they would mean something else. */
function signingKey(pem: string): KeyObject | undefined {
  const key = keyIn(pem);
  return key?.asymmetricKeyType === 'rsa' && weaknessOf(key) === undefined ? key : undefined;
}

export const isSigningCertificate = (pem: string): boolean => signingKey(pem) !== undefined;

/** Those that may verify: what was stored before the rules grew stricter may hold others. */
export const signingKeys = (certificates: readonly string[]): readonly KeyObject[] =>
  certificates.flatMap((pem) => signingKey(pem) ?? []);
