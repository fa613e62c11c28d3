// The caller that a token of these claims would prove, had there been one.
import type { OidcProvider } from '../../access/providers/oidc.ts';
import type { Failure } from '../../errors.ts';
import { err, type Result } from '../../kernel/result.ts';
import type { Principal } from '../principal.ts';
import type { Supposed } from '../supposed.ts';
import { identifyPrincipal } from './identify-principal.ts';

export function supposeOidc(
  { subject, claims, groups }: Supposed,
  provider: OidcProvider,
): Result<Principal, Failure> {
  if (groups && provider.groups === undefined)
    return err({ code: 'invalid_token', reason: 'groups-unusable' });
  const supposed = {
    iss: provider.issuer,
    ...claims,
    ...(groups && provider.groups !== undefined ? { [provider.groups]: groups } : {}),
    [provider.subject]: subject,
  };
  return identifyPrincipal(supposed, provider, '');
}
