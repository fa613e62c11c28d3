// The caller that a token of these claims would prove, had there been one. A description needs not hold all that a
// vendor's token does: whom it names is taken at its word.

import type { DescribedCaller } from '../../../identity/described-caller.ts';
import type { Claims, Principal } from '../../../identity/principal.ts';
import type { Failure } from '../../../kernel/failure.ts';
import { err, type Result } from '../../../kernel/result.ts';
import { groupsClaim, hasGroups, type OidcProvider, subjectClaim } from '../../../rules/providers/oidc.ts';
import { nameCaller, principalNamed } from './identify-principal.ts';

const withClaim = (claims: Claims, name: string | undefined, value: unknown): Claims =>
  name === undefined || value === undefined ? claims : { ...claims, [name]: value };

export function simulateOidc(
  { subject, claims, groups }: DescribedCaller,
  provider: OidcProvider,
): Result<Principal, Failure> {
  if (groups && !hasGroups(provider)) return err({ code: 'invalid_token', reason: 'groups-unusable' });
  const listed = withClaim({ iss: provider.issuer, ...claims }, groupsClaim(provider), groups);
  const told = withClaim(listed, subjectClaim(provider), subject);
  const read = nameCaller(told, provider);
  const named = { subject, groups: groups ?? (read.ok ? read.value.groups : undefined) };
  return principalNamed(named, told, provider, '');
}
