// The certificates of a SAML identity provider. Only their keys count: the document pins them, so dates and issuers are not
// read.
import { type KeyObject, X509Certificate } from 'node:crypto';
import { type KeyWeakness, weaknessOf } from '../../kernel/key-strength.ts';
import { thumbprintOfKey } from '../../kernel/key-thumbprint.ts';
import { err, ok, type Result } from '../../kernel/result.ts';

/** `pem` may be any text. The key is a strong RSA key: Stint takes no other signature algorithms than those of RSA. */
function readCertificate(pem: string): Result<X509Certificate, KeyWeakness> {
  try {
    const certificate = new X509Certificate(pem);
    const { publicKey } = certificate;
    const weakness = weaknessOf(publicKey) ?? (publicKey.asymmetricKeyType === 'rsa' ? undefined : 'kind');
    return weakness === undefined ? ok(certificate) : err(weakness);
  } catch {
    return err('unreadable');
  }
}

export const isSigningCertificate = (pem: string): boolean => readCertificate(pem).ok;

/** The keys that may verify. Certificates that were stored before the checks grew stricter may hold others. */
export const signingKeys = (certificates: readonly string[]): readonly KeyObject[] =>
  certificates.flatMap((pem) => {
    const certificate = readCertificate(pem);
    return certificate.ok ? [certificate.value.publicKey] : [];
  });

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
  const read = readCertificate(pem);
  if (!read.ok) return read;
  const { publicKey, fingerprint256: fingerprint } = read.value;
  return ok({ pem: read.value.toString().trim(), thumbprint: thumbprintOfKey(publicKey), fingerprint });
}
