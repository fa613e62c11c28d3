// Verified claims → the caller. The one place that reads claims by the names a provider gives them.
import type { OidcProvider } from '../../access/providers/oidc.ts';
import { claimOf, type NamedCaller, type PresetRefusal } from '../../access/providers/presets/preset.ts';
import { PRESETS } from '../../access/providers/presets/presets.ts';
import type { Failure } from '../../errors.ts';
import { err, ok, type Result } from '../../kernel/result.ts';
import { isName } from '../is-name.ts';
import type { Claims, Principal } from '../principal.ts';

/** One BatchGetRow reads at most 100 rows: the subject's, anyone's, and these. */
const MAX_GROUPS = 98;

/** Authentication method of a second factor (RFC 8176 section 2). */
const MULTIPLE_FACTORS = 'mfa';

/** Authentication contexts that mean the same: OpenID PAPE's policy and the REFEDS MFA profile, byte for byte. */
const MULTIPLE_FACTOR_CONTEXTS: readonly unknown[] = [
  'http://schemas.openid.net/pape/policies/2007/06/multi-factor',
  'https://refeds.org/profile/mfa',
];

/** Seconds since 1970 (RFC 7519 section 2); anything of 5,000 years and more is a count of milliseconds. */
const MAX_NUMERIC_DATE = 100_000_000_000;

/** A provider that sends too many groups sends a link or a part instead; a decision on a part would be wrong. */
function readGroups(value: unknown): readonly string[] | undefined {
  if (value === undefined) return [];
  if (!Array.isArray(value) || value.length > MAX_GROUPS || !value.every(isName)) return undefined;
  return [...new Set<string>(value)];
}

function usedSecondFactor(claims: Claims): boolean {
  const methods = claimOf(claims, 'amr');
  if (Array.isArray(methods) && methods.includes(MULTIPLE_FACTORS)) return true;
  return MULTIPLE_FACTOR_CONTEXTS.includes(claimOf(claims, 'acr'));
}

function readTime(claims: Claims, name: string): Date | undefined {
  const value = claimOf(claims, name);
  const isTime = typeof value === 'number' && value > 0 && value < MAX_NUMERIC_DATE;
  return isTime ? new Date(Math.floor(value) * 1000) : undefined;
}

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
  if (!isName(subject)) return err({ code: 'invalid_token', reason: 'subject-unusable' });
  const groups = readGroups(listed);
  if (!groups) return err({ code: 'invalid_token', reason: 'groups-unusable' });
  return ok({
    kind: 'oidc',
    provider: provider.id,
    issuer: provider.issuer,
    subject,
    groups,
    claims,
    mfa: usedSecondFactor(claims),
    authenticatedAt: readTime(claims, 'auth_time'),
    expiresAt: readTime(claims, 'exp'),
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
