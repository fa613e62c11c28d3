// The claims that jose does not judge: of tokens that name their audience by another claim than `aud`, or that may lack `iss` or
// `iat`. A claim that is there is always judged as in any other token.
import type { TokenReason } from '../kernel/failure.ts';
import { claimOf } from '../rules/providers/presets/preset.ts';
import type { Claims } from './principal.ts';

export interface Lenience {
  /** The claim that names the audience of a token without `aud`. A token with `aud` is judged by that alone. */
  readonly audienceClaim?: string | undefined;
  /** Claims that a token may lack. Without `iat`, its end must be as near as its age may be great. */
  readonly mayLack?: readonly ('iss' | 'iat')[] | undefined;
}

interface Terms extends Lenience {
  readonly issuer: string;
  readonly audiences: readonly string[];
  readonly maxTokenAgeSeconds: number;
  readonly toleranceSeconds: number;
}

function judgeAudience(claims: Claims, { audienceClaim, audiences }: Terms): TokenReason | undefined {
  if (audienceClaim === undefined) return undefined;
  const aud = claimOf(claims, 'aud');
  const named = aud === undefined ? claimOf(claims, audienceClaim) : aud;
  if (named === undefined) return 'claim-missing';
  // Only aud may be a list (RFC 7519 section 4.1.3).
  const values: readonly unknown[] = aud !== undefined && Array.isArray(named) ? named : [named];
  return values.some((value) => typeof value === 'string' && audiences.includes(value))
    ? undefined
    : 'audience-wrong';
}

function judgeAge(claims: Claims, terms: Terms, nowSeconds: number): TokenReason | undefined {
  const { maxTokenAgeSeconds: max, toleranceSeconds: tolerance } = terms;
  const [issuedAt, end] = [claimOf(claims, 'iat'), claimOf(claims, 'exp')];
  if (typeof issuedAt === 'number') {
    if (issuedAt > nowSeconds + tolerance) return 'token-not-yet-valid';
    return nowSeconds - issuedAt - tolerance > max ? 'token-too-old' : undefined;
  }
  // It was issued before now, so it would be too old by then.
  return typeof end === 'number' && end - tolerance <= nowSeconds + max ? undefined : 'token-too-old';
}

/** The fault of verified claims; undefined for none. */
export function judgeLenientClaims(claims: Claims, terms: Terms, now: Date): TokenReason | undefined {
  const audience = judgeAudience(claims, terms);
  if (audience !== undefined) return audience;
  const { mayLack = [], issuer } = terms;
  const named = claimOf(claims, 'iss');
  if (mayLack.includes('iss') && named !== undefined && named !== issuer) return 'token-malformed';
  return mayLack.includes('iat') ? judgeAge(claims, terms, Math.floor(now.getTime() / 1000)) : undefined;
}
