// The caller whom a certificate of this name would prove, had there been one.

import type { DescribedCaller } from '../../../identity/described-caller.ts';
import { isName } from '../../../identity/is-name.ts';
import { readNumericDate } from '../../../identity/judge-claims.ts';
import type { Principal } from '../../../identity/principal.ts';
import type { Failure } from '../../../kernel/failure.ts';
import { err, ok, type Result } from '../../../kernel/result.ts';
import type { CertificateProvider } from '../../../rules/providers/certificate.ts';
import { certificatePrincipal } from './certificate-principal.ts';

export function simulateCertificate(
  { subject, claims, groups = [] }: DescribedCaller,
  provider: CertificateProvider,
): Result<Principal, Failure> {
  if (!isName(subject)) return err({ code: 'invalid_token', reason: 'subject-unusable' });
  if (groups.length > 0) return err({ code: 'invalid_token', reason: 'groups-unusable' });
  // A certificate has no further claims; `exp` stands for its end.
  const expiresAt = readNumericDate(claims['exp']);
  return ok(certificatePrincipal({ subject, issuer: '', expiresAt, thumbprint: '' }, provider));
}
