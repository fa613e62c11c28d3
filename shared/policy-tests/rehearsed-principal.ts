// The `as` of a test → the caller that a proof of that content would prove, given now.

import type { Claims, Principal } from '../identity/principal.ts';
import type { Failure } from '../kernel/failure.ts';
import type { Result } from '../kernel/result.ts';
import { simulatePrincipal } from '../pipeline/authenticate/simulate-principal.ts';
import type { AccessTest } from '../rules/document/access-test.ts';
import type { Provider } from '../rules/document/provider.ts';

/** What tokens commonly have left; a test that minds says `exp` itself. */
const TOKEN_LIFE_SECONDS = 3_600;
/** An assertion may have no more. */
const ASSERTION_LIFE_SECONDS = 300;

const asList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/**
 * Issued at the moment of the test, unless its claims say otherwise: every proof says when, and when it ends. When the caller
 * signed in it says only where the test does: many providers do not, and the grant must then be out of reach here too.
 */
function rehearsedClaims(
  { claims = {}, mfa, authAgeSeconds }: AccessTest['as'],
  { kind }: Provider,
  now: Date,
): Claims {
  const seconds = Math.floor(now.getTime() / 1000);
  const life = kind === 'assertion' ? ASSERTION_LIFE_SECONDS : TOKEN_LIFE_SECONDS;
  return {
    iat: seconds,
    exp: seconds + life,
    ...(authAgeSeconds === undefined ? {} : { auth_time: seconds - authAgeSeconds }),
    ...claims,
    ...(mfa ? { amr: [...asList(claims['amr']), 'mfa'] } : {}),
  };
}

export function rehearsedPrincipal(
  as: AccessTest['as'],
  provider: Provider,
  now: Date,
): Result<Principal, Failure> {
  const { subject, groups, dpop } = as;
  return simulatePrincipal({ subject, groups, dpop, claims: rehearsedClaims(as, provider, now) }, provider);
}
