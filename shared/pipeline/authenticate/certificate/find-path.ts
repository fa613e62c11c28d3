// From a client's certificate to one of the provider's authorities, over its intermediates and no others (RFC 5280
// section 6, without name constraints and policies: a certificate that demands those is refused).
import { X509Certificate } from 'node:crypto';
import { weaknessIn } from '../../../kernel/key-strength.ts';
import type { CertificateProvider } from '../../../rules/providers/certificate.ts';
import { isStronglySigned } from './is-strongly-signed.ts';
import { readExtensions } from './read-extensions.ts';

/** Client, three intermediates, authority. */
const MAX_INTERMEDIATES = 3;

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

/** A date that cannot be read compares as false. */
export const isValidAt = ({ validFrom, validTo }: X509Certificate, now: Date): boolean =>
  Date.parse(validFrom) <= now.getTime() && now.getTime() <= Date.parse(validTo);

/** `below`: how many intermediates lie between this one and the client. That it is a CA's, apply has checked. */
function mayIssue(issuer: X509Certificate, below: number, now: Date): boolean {
  if (weaknessIn(() => issuer.publicKey) !== undefined) return false;
  const extensions = isValidAt(issuer, now) ? readExtensions(issuer) : undefined;
  if (!extensions) return false;
  const { pathLength = MAX_INTERMEDIATES } = extensions;
  return below <= pathLength;
}

/** The cheap comparison of names and key usage first, then what the issuer may, then the signature. */
const issued = (issuer: X509Certificate, subject: X509Certificate, below: number, now: Date): boolean =>
  subject.checkIssued(issuer) &&
  isStronglySigned(subject) &&
  mayIssue(issuer, below, now) &&
  subject.verify(issuer.publicKey);

/** The issuers in order, the authority last; undefined when there is no way. */
export function findPath(
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
