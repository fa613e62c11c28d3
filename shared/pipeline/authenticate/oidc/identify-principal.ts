// Verified claims → the caller. The one place that reads claims by the names a provider gives them.

import { isName } from '../../../identity/is-name.ts';
import {
  areGroupsElsewhere,
  judgeGroups,
  readNumericDate,
  usedSecondFactor,
} from '../../../identity/judge-claims.ts';
import type { Claims, Principal } from '../../../identity/principal.ts';
import type { Failure } from '../../../kernel/failure.ts';
import { err, ok, type Result } from '../../../kernel/result.ts';
import { groupsClaim, type OidcProvider } from '../../../rules/providers/oidc.ts';
import { claimOf, type NamedCaller, type PresetRefusal } from '../../../rules/providers/presets/preset.ts';
import { PRESETS } from '../../../rules/providers/presets/presets.ts';
import { firstUnmetClaim, formatUnmetClaim } from '../../../rules/values/required-claims.ts';

/** Authentication contexts that mean the same: OpenID PAPE's policy and the REFEDS MFA profile, byte for byte. */
const MULTIPLE_FACTOR_CONTEXTS: readonly string[] = [
  'http://schemas.openid.net/pape/policies/2007/06/multi-factor',
  'https://refeds.org/profile/mfa',
];

/** As the preset reads this vendor's tokens, or by the claims that the provider's entry names. */
export function nameCaller(claims: Claims, provider: OidcProvider): Result<NamedCaller, PresetRefusal> {
  if (provider.preset !== undefined) return PRESETS[provider.preset].readCaller(claims, provider);
  const { subject = 'sub', groups } = provider;
  return ok({
    subject: claimOf(claims, subject),
    groups: groups === undefined ? undefined : claimOf(claims, groups),
  });
}

/** Whoever was named becomes a principal, if these are names. */
export function principalNamed(
  { subject, groups: listed }: NamedCaller,
  claims: Claims,
  provider: OidcProvider,
  proofHash: string,
): Result<Principal, Failure> {
  const missed = firstUnmetClaim(provider.require, (name) => claimOf(claims, name));
  if (missed !== undefined)
    return err({
      code: 'invalid_token',
      reason: 'tenant-not-allowed',
      cause: formatUnmetClaim(missed),
      denialDetail: { kind: 'requirement', claim: missed },
    });
  if (!isName(subject)) return err({ code: 'invalid_token', reason: 'subject-unusable' });
  const groups = judgeGroups(listed, areGroupsElsewhere(claims, groupsClaim(provider)));
  if (!groups.ok) return err({ code: 'invalid_token', ...groups.error });
  return ok({
    kind: 'oidc',
    provider: provider.id,
    issuer: provider.issuer,
    subject,
    groups: groups.value,
    claims,
    mfa: usedSecondFactor(claims, MULTIPLE_FACTOR_CONTEXTS),
    authenticatedAt: readNumericDate(claimOf(claims, 'auth_time')),
    expiresAt: readNumericDate(claimOf(claims, 'exp')),
    proofHash,
  });
}

export function identifyPrincipal(
  claims: Claims,
  provider: OidcProvider,
  proofHash: string,
): Result<Principal, Failure> {
  const named = nameCaller(claims, provider);
  if (!named.ok) return err({ code: 'invalid_token', reason: named.error });
  return principalNamed(named.value, claims, provider, proofHash);
}
