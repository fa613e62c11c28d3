// Verified claims → the caller. The one place that reads claims by the names a provider gives them.
import type { OidcProvider } from '../../access/providers/oidc.ts';
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

/** Own members only: a claim named `constructor` that the token lacks must be missing. */
const claimOf = (claims: Claims, name: string): unknown =>
  Object.hasOwn(claims, name) ? claims[name] : undefined;

/** A provider that sends too many groups sends a link or a part instead; a decision on a part would be wrong. */
function readGroups(claims: Claims, claim: string | undefined): readonly string[] | undefined {
  const value = claim === undefined ? undefined : claimOf(claims, claim);
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

export function identifyPrincipal(
  claims: Claims,
  provider: OidcProvider,
  proofHash: string,
): Result<Principal, Failure> {
  const subject = claimOf(claims, provider.subject);
  if (!isName(subject)) return err({ code: 'invalid_token', reason: 'subject-unusable' });
  const groups = readGroups(claims, provider.groups);
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
