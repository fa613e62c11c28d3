// Verifies a client's certificate by one provider: its path to one of the provider's authorities, and the name in it (RFC
// 5280 section 6; a certificate that demands name constraints or policies is refused). The gateway has checked that the
// caller has the private key. Nothing else that the gateway checked is relied on.
import { X509Certificate } from 'node:crypto';
import type { CertificateReason } from '../../../kernel/failure.ts';
import { weaknessIn } from '../../../kernel/key-strength.ts';
import { err, ok, type Result } from '../../../kernel/result.ts';
import type { CertificateProvider } from '../../../rules/providers/certificate.ts';
import { certificateSubject, type Extensions, isStronglySigned, readExtensions } from './read-certificate.ts';

export interface VerifiedCertificate {
  readonly subject: string;
  /** The authority at the end of its path. */
  readonly authority: X509Certificate;
  /** When the first certificate of the path ends. */
  readonly expiresAt: Date;
}

/** Fails with any CertificateReason except `gateway-proof-wrong`, `certificate-malformed` and `certificate-ambiguous`. */
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

/** A date that cannot be read compares as false. */
const isValidAt = ({ validFrom, validTo }: X509Certificate, now: Date): boolean =>
  Date.parse(validFrom) <= now.getTime() && now.getTime() <= Date.parse(validTo);

/** Key usage (RFC 5280 section 4.2.1.3): in TLS 1.3, and with every key exchange that is left of 1.2, clients sign. */
const DIGITAL_SIGNATURE = 0x80;

/** TLS client authentication (RFC 5280 section 4.2.1.12). A certificate that lists no purpose was not made for this one. */
const CLIENT_AUTH = '1.3.6.1.5.5.7.3.2';

function isForClients(certificate: X509Certificate, extensions: Extensions): boolean {
  const { isAuthority, keyUsage = DIGITAL_SIGNATURE } = extensions;
  // Node.js calls the extended key usage keyUsage; it has no name for the other.
  const purposes: readonly string[] = certificate.keyUsage ?? [];
  return !isAuthority && (keyUsage & DIGITAL_SIGNATURE) !== 0 && purposes.includes(CLIENT_AUTH);
}

/** Client, three intermediates, authority. */
const MAX_INTERMEDIATES = 3;

/** The issuers in order, the authority last; undefined without a path. Only the provider's own intermediates are used. */
function findPath(
  certificate: X509Certificate,
  provider: CertificateProvider,
  now: Date,
  below = 0,
): readonly X509Certificate[] | undefined {
  const { authorities, intermediates } = issuersOf(provider);
  const authority = authorities.find((issuer) => issued(issuer, certificate, below, now));
  if (authority) return [authority];
  if (below === MAX_INTERMEDIATES) return undefined;
  for (const issuer of intermediates) {
    const path = issued(issuer, certificate, below, now) && findPath(issuer, provider, now, below + 1);
    if (path) return [issuer, ...path];
  }
  return undefined;
}

interface Issuers {
  readonly authorities: readonly X509Certificate[];
  readonly intermediates: readonly X509Certificate[];
}

const parsed = new WeakMap<CertificateProvider, Issuers>();

/** Once for each definition of a provider. */
function issuersOf(provider: CertificateProvider): Issuers {
  const known = parsed.get(provider);
  if (known) return known;
  const parse = (pem: string) => new X509Certificate(pem);
  const { authorities, intermediates } = provider;
  const issuers = { authorities: authorities.map(parse), intermediates: intermediates.map(parse) };
  parsed.set(provider, issuers);
  return issuers;
}

/** The cheap comparison of names and key usage first, then what the issuer may, then the signature. */
const issued = (issuer: X509Certificate, subject: X509Certificate, below: number, now: Date): boolean =>
  subject.checkIssued(issuer) &&
  isStronglySigned(subject) &&
  mayIssue(issuer, below, now) &&
  subject.verify(issuer.publicKey);

/**
 * `below`: how many intermediates are between this issuer and the client. `stint apply` has checked that the issuer is a CA.
 */
function mayIssue(issuer: X509Certificate, below: number, now: Date): boolean {
  if (weaknessIn(() => issuer.publicKey) !== undefined) return false;
  const extensions = isValidAt(issuer, now) ? readExtensions(issuer) : undefined;
  if (!extensions) return false;
  const { pathLength = MAX_INTERMEDIATES } = extensions;
  return below <= pathLength;
}

/**
 * Only serials of one authority are unique. With several authorities, a certificate too many may be refused, never one too
 * few.
 */
const isRevoked = (path: readonly X509Certificate[], { revokedSerials }: CertificateProvider): boolean =>
  path.some(({ serialNumber }) =>
    revokedSerials.some((serial) => numberOf(serial) === numberOf(serialNumber)),
  );

/** Serials should be positive (RFC 5280 section 4.1.2.2); OpenSSL writes those that are not with a minus. */
function numberOf(serial: string): bigint {
  const digits = BigInt(`0x${serial.replace(/^-/, '')}`);
  return serial.startsWith('-') ? -digits : digits;
}
