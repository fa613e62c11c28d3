// The certificates of a SAML identity provider. Only their keys count: the document pins them, so dates and issuers are not
// read.
import { type KeyObject, X509Certificate } from 'node:crypto';
import { type KeyWeakness, weaknessIn, weaknessOf } from '../../kernel/key-strength.ts';
import { thumbprintOfKey } from '../../kernel/key-thumbprint.ts';
import { err, ok, type Result } from '../../kernel/result.ts';

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

/** A usable certificate, with the names by which people compare it. */
export interface NamedCertificate {
  readonly pem: string;
  /** Of its key (RFC 7638): a certificate that is renewed with the same key stays the same. */
  readonly thumbprint: string;
  /** SHA-256 of the certificate, in hexadecimal with colons, as OpenSSL prints it. */
  readonly fingerprint: string;
}

/** `pem` may be any text. Fails with the reason why its key cannot verify a signature. */
export function nameCertificate(pem: string): Result<NamedCertificate, KeyWeakness> {
  const weakness = weaknessIn(() => new X509Certificate(pem).publicKey);
  if (weakness !== undefined) return err(weakness);
  const certificate = new X509Certificate(pem);
  const { publicKey, fingerprint256: fingerprint } = certificate;
  if (publicKey.asymmetricKeyType !== 'rsa') return err('kind');
  return ok({ pem: certificate.toString().trim(), thumbprint: thumbprintOfKey(publicKey), fingerprint });
}
