// The `as` of a test → the caller that a proof of that content would prove, given now.
import type { AccessTest } from '../access/access-test.ts';
import type { Provider } from '../access/provider.ts';
import type { Claims, Principal } from '../authenticate/principal.ts';
import { supposePrincipal } from '../authenticate/suppose-principal.ts';
import type { Failure } from '../errors.ts';
import type { Result } from '../kernel/result.ts';

/** What tokens commonly have left; a test that minds says `exp` itself. */
const TOKEN_LIFE_SECONDS = 3_600;

const asList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** Signed in and issued at the moment of the test, unless its claims say otherwise. */
function rehearsedClaims({ claims = {}, mfa }: AccessTest['as'], now: Date): Claims {
  const seconds = Math.floor(now.getTime() / 1000);
  const times = { iat: seconds, auth_time: seconds, exp: seconds + TOKEN_LIFE_SECONDS };
  return { ...times, ...claims, ...(mfa ? { amr: [...asList(claims['amr']), 'mfa'] } : {}) };
}

export function rehearsedPrincipal(
  as: AccessTest['as'],
  provider: Provider,
  now: Date,
): Result<Principal, Failure> {
  const { subject, groups, dpop } = as;
  return supposePrincipal({ subject, groups, dpop, claims: rehearsedClaims(as, now) }, provider);
}
