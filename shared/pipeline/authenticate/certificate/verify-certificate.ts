// A client's certificate against one provider: whom it names, if everything about it holds. The gateway has checked
// that the caller has its private key; what the gateway made of the certificate itself is not relied on.
import type { X509Certificate } from 'node:crypto';
import type { CertificateReason } from '../../../kernel/failure.ts';
import { weaknessIn } from '../../../kernel/key-strength.ts';
import { err, ok, type Result } from '../../../kernel/result.ts';
import type { CertificateProvider } from '../../../rules/providers/certificate.ts';
import { certificateSubject } from './certificate-subject.ts';
import { findPath, isValidAt } from './find-path.ts';
import { type Extensions, readExtensions } from './read-extensions.ts';

/** Key usage (RFC 5280 section 4.2.1.3): in TLS 1.3, and with every key exchange that is left of 1.2, clients sign. */
const DIGITAL_SIGNATURE = 0x80;

/** TLS client authentication (RFC 5280 section 4.2.1.12). A certificate that lists no purpose was not made for this one. */
const CLIENT_AUTH = '1.3.6.1.5.5.7.3.2';

export interface VerifiedCertificate {
  readonly subject: string;
  /** The authority at the end of its path. */
  readonly authority: X509Certificate;
  /** When the first certificate of the path ends. */
  readonly expiresAt: Date;
}

function isForClients(certificate: X509Certificate, extensions: Extensions): boolean {
  const { isAuthority, keyUsage = DIGITAL_SIGNATURE } = extensions;
  // Node.js calls the extended key usage keyUsage; it has no name for the other.
  const purposes: readonly string[] = certificate.keyUsage ?? [];
  return !isAuthority && (keyUsage & DIGITAL_SIGNATURE) !== 0 && purposes.includes(CLIENT_AUTH);
}

/** Serials should be positive (RFC 5280 section 4.1.2.2); OpenSSL writes those that are not with a minus. */
function numberOf(serial: string): bigint {
  const digits = BigInt(`0x${serial.replace(/^-/, '')}`);
  return serial.startsWith('-') ? -digits : digits;
}

/** Serials of one authority are unique; those of two are not, but a serial too many refused is not one too few. */
const isRevoked = (path: readonly X509Certificate[], { revokedSerials }: CertificateProvider): boolean =>
  path.some(({ serialNumber }) =>
    revokedSerials.some((serial) => numberOf(serial) === numberOf(serialNumber)),
  );

export function verifyCertificate(
  certificate: X509Certificate,
  provider: CertificateProvider,
  now: Date,
): Result<VerifiedCertificate, CertificateReason> {
  if (!isValidAt(certificate, now)) return err('certificate-expired');
  if (weaknessIn(() => certificate.publicKey) !== undefined) return err('certificate-key-weak');
  const extensions = readExtensions(certificate);
  if (!extensions || !isForClients(certificate, extensions)) return err('certificate-not-for-clients');
  const path = findPath(certificate, provider, now);
  const authority = path?.at(-1);
  if (!path || !authority) return err('certificate-untrusted');
  const whole = [certificate, ...path];
  if (isRevoked(whole, provider)) return err('certificate-revoked');
  const subject = certificateSubject(certificate, provider.subject);
  if (subject === undefined) return err('subject-unusable');
  const ends = whole.map(({ validTo }) => Date.parse(validTo));
  return ok({ subject, authority, expiresAt: new Date(Math.min(...ends)) });
}
