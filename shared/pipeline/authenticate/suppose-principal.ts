// Somebody as an administrator or a test describes them. Reads claims as a proof's are read, but proves nothing: what
// this makes may be explained to and rehearsed with, and must never be vended to.

import type { Failure } from '../../errors.ts';
import type { Principal } from '../../identity/principal.ts';
import type { Supposed } from '../../identity/supposed.ts';
import { ok, type Result } from '../../kernel/result.ts';
import type { Provider } from '../../rules/document/provider.ts';
import { supposeCaller } from './aliyun/suppose-caller.ts';
import { supposeAssertion } from './assertion/suppose-assertion.ts';
import { supposeCertificate } from './certificate/suppose-certificate.ts';
import { supposeOidc } from './oidc/suppose-oidc.ts';

function supposeOfKind(supposed: Supposed, provider: Provider): Result<Principal, Failure> {
  switch (provider.kind) {
    case 'oidc':
      return supposeOidc(supposed, provider);
    case 'assertion':
      return supposeAssertion(supposed, provider);
    case 'certificate':
      return supposeCertificate(supposed, provider);
    case 'aliyun':
      return supposeCaller(supposed, provider);
  }
}

export function supposePrincipal(supposed: Supposed, provider: Provider): Result<Principal, Failure> {
  const principal = supposeOfKind(supposed, provider);
  if (!principal.ok) return principal;
  // No other kind of proof says how its caller signed in.
  const mfa = provider.kind === 'oidc' && (supposed.mfa ?? principal.value.mfa);
  return ok({ ...principal.value, mfa, ...(supposed.dpop ? { boundKey: 'supposed' } : {}) });
}
