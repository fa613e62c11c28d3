// The caller whom a certificate of this name would prove, had there been one.
import type { CertificateProvider } from '../../access/providers/certificate.ts';
import type { Failure } from '../../errors.ts';
import { err, ok, type Result } from '../../kernel/result.ts';
import { isName } from '../is-name.ts';
import type { Principal } from '../principal.ts';
import type { Supposed } from '../supposed.ts';
import { certificatePrincipal } from './certificate-principal.ts';

/** `exp` stands for the end of the certificate. */
function endIn({ claims }: Supposed): Date | undefined {
  const seconds = claims['exp'];
  return typeof seconds === 'number' ? new Date(seconds * 1000) : undefined;
}

export function supposeCertificate(
  supposed: Supposed,
  provider: CertificateProvider,
): Result<Principal, Failure> {
  const { subject, claims, groups = [] } = supposed;
  if (!isName(subject)) return err({ code: 'invalid_token', reason: 'subject-unusable' });
  if (groups.length > 0) return err({ code: 'invalid_token', reason: 'groups-unusable' });
  const expiresAt = endIn(supposed);
  return ok(certificatePrincipal({ subject, claims, issuer: '', expiresAt, thumbprint: '' }, provider));
}
