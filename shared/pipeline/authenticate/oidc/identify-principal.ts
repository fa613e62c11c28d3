// Verified claims → the caller. The one place that reads claims by the names that a provider gives them.

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
import { composeSubject } from '../../../rules/providers/composed-subject.ts';
import {
  composedOf,
  groupsClaim,
  type OidcProvider,
  subjectClaim,
  toPresetEntry,
} from '../../../rules/providers/oidc.ts';
import { claimOf, type NamedCaller, type PresetRefusal } from '../../../rules/providers/presets/preset.ts';
import { PRESETS } from '../../../rules/providers/presets/presets.ts';
import type { GrantCondition } from '../../../rules/values/grant-condition.ts';
import { groupFilter } from '../../../rules/values/groups-source.ts';
import { firstUnmetClaim, formatUnmetClaim } from '../../../rules/values/required-claims.ts';

/** Values of `acr` that mean a second factor: OpenID PAPE's policy and the REFEDS MFA profile. Compared byte for byte. */
const MULTIPLE_FACTOR_CONTEXTS: readonly string[] = [
  'http://schemas.openid.net/pape/policies/2007/06/multi-factor',
  'https://refeds.org/profile/mfa',
];

function subjectIn(claims: Claims, provider: OidcProvider): unknown {
  const names = composedOf(provider);
  if (names) return composeSubject(names.map((name) => claimOf(claims, name)));
  return claimOf(claims, subjectClaim(provider) ?? 'sub');
}

/** A provider's condition looks at no request: it is judged before one is known. */
const NO_REQUEST = { role: '', durationSeconds: undefined, sourceIp: undefined, time: new Date(0) } as const;

/** Subject and groups: read by the provider's preset, or else from the claims that the provider's entry names. */
export function nameCaller(claims: Claims, provider: OidcProvider): Result<NamedCaller, PresetRefusal> {
  if (provider.preset !== undefined)
    return PRESETS[provider.preset].readCaller(claims, toPresetEntry(provider));
  const listed = groupsClaim(provider);
  return ok({
    subject: subjectIn(claims, provider),
    groups: listed === undefined ? undefined : claimOf(claims, listed),
  });
}

/** What is known of the proof beside its claims. */
interface Proof {
  readonly proofHash: string;
  /** Of the provider; see openProviderCondition. A provider with a condition that was not opened has no callers. */
  readonly condition: GrantCondition | undefined;
}

const ofOtherTenant = (claim: string, cause: string) =>
  err({
    code: 'invalid_token',
    reason: 'tenant-not-allowed',
    cause,
    denialDetail: { kind: 'requirement', claim },
  } as const);

/**
 * The named caller as a principal. Fails with `tenant-not-allowed` when a required claim is missing or different, or when the
 * provider's condition is not true, with `subject-unusable`, or as judgeGroups does.
 */
export function principalNamed(
  { subject, groups: listed }: NamedCaller,
  claims: Claims,
  provider: OidcProvider,
  { proofHash, condition }: Proof,
): Result<Principal, Failure> {
  const missed = firstUnmetClaim(provider.require, (name) => claimOf(claims, name));
  if (missed !== undefined) return ofOtherTenant(missed, formatUnmetClaim(missed));
  if (!isName(subject)) return err({ code: 'invalid_token', reason: 'subject-unusable' });
  const isElsewhere = areGroupsElsewhere(claims, groupsClaim(provider));
  const groups = judgeGroups(
    provider.groups === false ? undefined : listed,
    isElsewhere,
    groupFilter(provider.groups),
  );
  if (!groups.ok) return err({ code: 'invalid_token', ...groups.error });
  const facts = { claims, groups: groups.value, provider: provider.id, subject, request: NO_REQUEST };
  if (provider.when !== undefined && condition?.holds(facts) !== true)
    return ofOtherTenant(condition?.claims[0] ?? 'sub', 'the condition of the provider is not true');
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

/** A verified token's claims → the principal. Fails as nameCaller and principalNamed do. */
export function identifyPrincipal(
  claims: Claims,
  provider: OidcProvider,
  proof: Proof,
): Result<Principal, Failure> {
  const named = nameCaller(claims, provider);
  if (!named.ok) return err({ code: 'invalid_token', reason: named.error });
  return principalNamed(named.value, claims, provider, proof);
}
