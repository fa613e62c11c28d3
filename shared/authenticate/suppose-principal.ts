// Somebody as an administrator describes them, for an explanation. Reads claims as a token's are read, but proves
// nothing: what this makes may be explained to, and must never be vended to.
import type { Provider } from '../access/provider.ts';
import type { Failure } from '../errors.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import { identifyPrincipal } from './identify-principal.ts';
import type { Claims, Principal } from './principal.ts';

export interface Supposed {
  readonly subject: string;
  readonly claims: Claims;
  /** Absent: as the claims say. */
  readonly groups?: readonly string[] | undefined;
  /** Absent: as the claims say. */
  readonly mfa?: boolean | undefined;
}

export function supposePrincipal(
  { subject, claims, groups, mfa }: Supposed,
  provider: Provider,
): Result<Principal, Failure> {
  if (groups && provider.groups === undefined)
    return err({ code: 'invalid_token', reason: 'groups-unusable' });
  const supposed = {
    iss: provider.issuer,
    ...claims,
    ...(groups && provider.groups !== undefined ? { [provider.groups]: groups } : {}),
    [provider.subject]: subject,
  };
  const principal = identifyPrincipal(supposed, provider, '');
  return principal.ok ? ok({ ...principal.value, mfa: mfa ?? principal.value.mfa }) : principal;
}
