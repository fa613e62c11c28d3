// A client certificate, as the gateway wrote it into its header → the caller (RFC 9440). This file and those that it imports
// are loaded with the first certificate: most deployments see none.
import { createHash } from 'node:crypto';
import type { KnownPrincipals } from '../../../identity/known-principals.ts';
import type { Principal } from '../../../identity/principal.ts';
import type { CertificateReason, Failure } from '../../../kernel/failure.ts';
import { err, ok, type Result } from '../../../kernel/result.ts';
import type { Provider } from '../../../rules/document/provider.ts';
import type { CertificateProvider } from '../../../rules/providers/certificate.ts';
import { certificatePrincipal } from './certificate-principal.ts';
import { decodeClientCertificate } from './read-certificate.ts';
import { type VerifiedCertificate, verifyCertificate } from './verify-certificate.ts';

export interface CertificateContext {
  readonly rules: { readonly providersById: ReadonlyMap<string, Provider> };
  readonly known: KnownPrincipals;
  readonly now: Date;
}

interface Finding {
  readonly provider: CertificateProvider;
  readonly result: Result<VerifiedCertificate, CertificateReason>;
}

const refuse = (reason: CertificateReason): Result<never, Failure> => err({ code: 'invalid_token', reason });

/** `x5t#S256` of a certificate: SHA-256 of its DER, base64url (RFC 8705 section 3.1). */
const thumbprintOf = (der: Buffer): string => createHash('sha256').update(der).digest('base64url');

/** The reason of a provider that knows the CA, if any does. The reason of the others is only that they do not know it. */
function reasonOf(findings: readonly Finding[]): CertificateReason {
  const reasons = findings.flatMap(({ result }) => (result.ok ? [] : [result.error]));
  return reasons.find((reason) => reason !== 'certificate-untrusted') ?? 'certificate-untrusted';
}

/**
 * The caller, if exactly one provider of the rules verifies the certificate. The caller is remembered, so that an instance
 * verifies a certificate once. Fails with `invalid_token` and a CertificateReason. readProof has checked that the gateway
 * sent it.
 */
export function authenticateCertificate(
  header: string,
  { rules, known, now }: CertificateContext,
): Result<Principal, Failure> {
  const certificate = decodeClientCertificate(header);
  if (!certificate) return refuse('certificate-malformed');
  const thumbprint = thumbprintOf(certificate.raw);
  const principal = known.find(thumbprint, rules.providersById, now);
  if (principal) return ok(principal);
  const findings = [...rules.providersById.values()].flatMap((provider): readonly Finding[] =>
    provider.kind === 'certificate'
      ? [{ provider, result: verifyCertificate(certificate, provider, now) }]
      : [],
  );
  const [found, ...others] = findings.flatMap(({ provider, result }) =>
    result.ok ? [{ provider, verified: result.value }] : [],
  );
  if (!found) return refuse(reasonOf(findings));
  // Refused, since otherwise the order of the providers would decide whose grants apply.
  if (others.length > 0) return refuse('certificate-ambiguous');
  const { subject, authority, expiresAt } = found.verified;
  const issuer = `x5t#S256:${thumbprintOf(authority.raw)}`;
  const identified = certificatePrincipal({ subject, issuer, expiresAt, thumbprint }, found.provider);
  known.remember(identified, found.provider, now);
  return ok(identified);
}
