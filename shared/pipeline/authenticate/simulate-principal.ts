// Somebody as an administrator or a test describes them. Reads claims as a proof's are read, but proves nothing: what
// this makes may be explained to and rehearsed with, and must never be vended to.

import type { DescribedCaller } from '../../identity/described-caller.ts';
import type { Principal } from '../../identity/principal.ts';
import type { Failure } from '../../kernel/failure.ts';
import { ok, type Result } from '../../kernel/result.ts';
import type { Provider } from '../../rules/document/provider.ts';
import { simulateCaller } from './aliyun/simulate-caller.ts';
import { simulateAssertion } from './assertion/simulate-assertion.ts';
import { simulateCertificate } from './certificate/simulate-certificate.ts';
import { simulateOidc } from './oidc/simulate-oidc.ts';

function simulateOfKind(described: DescribedCaller, provider: Provider): Result<Principal, Failure> {
  switch (provider.kind) {
    case 'oidc':
      return simulateOidc(described, provider);
    case 'assertion':
      return simulateAssertion(described, provider);
    case 'certificate':
      return simulateCertificate(described, provider);
    case 'aliyun':
      return simulateCaller(described, provider);
  }
}

export function simulatePrincipal(
  described: DescribedCaller,
  provider: Provider,
): Result<Principal, Failure> {
  const principal = simulateOfKind(described, provider);
  if (!principal.ok) return principal;
  // No other kind of proof says how its caller signed in.
  const mfa = provider.kind === 'oidc' && (described.mfa ?? principal.value.mfa);
  return ok({ ...principal.value, mfa, ...(described.dpop ? { boundKey: 'described' } : {}) });
}
