// The registered claims of a verified token (RFC 7519 section 4.1): that they are there, that the token is meant for us, and that
// its time is now. Some tokens name their audience by another claim than `aud`, or may lack `iss` or `iat`; a claim that is there
// is judged as in any other token.
import { CLOCK_TOLERANCE_SECONDS } from '../kernel/clock.ts';
import type { TokenReason } from '../kernel/failure.ts';
import { claimOf } from '../rules/providers/presets/preset.ts';
import type { Claims } from './principal.ts';

export interface Lenience {
  /** The claim that names the audience of a token without `aud`. A token with `aud` is judged by that alone. */
  readonly audienceClaim?: string | undefined;
  /** Claims that a token may lack. Without `iat`, its end must be as near as its age may be great. */
  readonly mayLack?: readonly ('iss' | 'iat')[] | undefined;
}

export interface ClaimTerms extends Lenience {
  readonly issuer: string;
  readonly audiences: readonly string[];
  readonly requiredClaims: readonly string[];
  readonly maxTokenAgeSeconds: number;
}

/** The fault of the claims; undefined for none. Times are judged by `now` with CLOCK_TOLERANCE_SECONDS. */
export function judgeRegisteredClaims(claims: Claims, terms: ClaimTerms, now: Date): TokenReason | undefined {
  const nowSeconds = Math.floor(now.getTime() / 1000);
  return (
    judgePresence(claims, terms) ??
    judgeIssuer(claims, terms) ??
    judgeAudience(claims, terms) ??
    judgePeriod(claims, nowSeconds) ??
    judgeAge(claims, terms, nowSeconds)
  );
}

function judgePresence(claims: Claims, terms: ClaimTerms): TokenReason | undefined {
  const { requiredClaims, audienceClaim, mayLack = [] } = terms;
  const isThere = (claim: string) => Object.hasOwn(claims, claim);
  const usual = (['iss', 'iat'] as const).filter((claim) => !mayLack.includes(claim));
  const hasAudience = isThere('aud') || (audienceClaim !== undefined && isThere(audienceClaim));
  return hasAudience && usual.every(isThere) && requiredClaims.every(isThere) ? undefined : 'claim-missing';
}

function judgeIssuer(claims: Claims, { issuer }: ClaimTerms): TokenReason | undefined {
  const named = claimOf(claims, 'iss');
  return named === undefined || named === issuer ? undefined : 'token-malformed';
}

function judgeAudience(
  claims: Claims,
  { audienceClaim = 'aud', audiences }: ClaimTerms,
): TokenReason | undefined {
  const aud = claimOf(claims, 'aud');
  const named = aud === undefined ? claimOf(claims, audienceClaim) : aud;
  // Only aud may be a list (RFC 7519 section 4.1.3).
  const values: readonly unknown[] = aud !== undefined && Array.isArray(named) ? named : [named];
  return values.some((value) => typeof value === 'string' && audiences.includes(value))
    ? undefined
    : 'audience-wrong';
}

const isTime = (value: unknown): value is number | undefined =>
  value === undefined || typeof value === 'number';

function judgePeriod(claims: Claims, nowSeconds: number): TokenReason | undefined {
  const [begin, end] = [claimOf(claims, 'nbf'), claimOf(claims, 'exp')];
  if (!isTime(begin) || (begin !== undefined && begin > nowSeconds + CLOCK_TOLERANCE_SECONDS))
    return 'token-not-yet-valid';
  if (!isTime(end)) return 'token-malformed';
  return end !== undefined && end <= nowSeconds - CLOCK_TOLERANCE_SECONDS ? 'token-expired' : undefined;
}

function judgeAge(
  claims: Claims,
  { maxTokenAgeSeconds: max }: ClaimTerms,
  nowSeconds: number,
): TokenReason | undefined {
  const [issuedAt, end] = [claimOf(claims, 'iat'), claimOf(claims, 'exp')];
  if (!isTime(issuedAt)) return 'token-not-yet-valid';
  if (issuedAt !== undefined) {
    if (issuedAt > nowSeconds + CLOCK_TOLERANCE_SECONDS) return 'token-not-yet-valid';
    return nowSeconds - issuedAt - CLOCK_TOLERANCE_SECONDS > max ? 'token-too-old' : undefined;
  }
  // It was issued before now, so it would be too old by then.
  const isNear = typeof end === 'number' && end - CLOCK_TOLERANCE_SECONDS <= nowSeconds + max;
  return isNear ? undefined : 'token-too-old';
}
