// A certificate's content → the principal. In a file of its own, so that describing a caller does not load the code that
// verifies certificates.

import type { Principal } from '../../../identity/principal.ts';
import type { CertificateProvider } from '../../../rules/providers/certificate.ts';

interface Named {
  readonly subject: string;
  readonly issuer: string;
  readonly expiresAt: Date | undefined;
  /** `x5t#S256` (RFC 8705 section 3.1). */
  readonly thumbprint: string;
}

export const certificatePrincipal = (
  { subject, issuer, expiresAt, thumbprint }: Named,
  provider: CertificateProvider,
): Principal => ({
  kind: 'certificate',
  provider: provider.id,
  issuer,
  subject,
  groups: [],
  claims: { sub: subject },
  mfa: false,
  authenticatedAt: undefined,
  expiresAt,
  proofHash: thumbprint,
  boundKey: thumbprint,
});
