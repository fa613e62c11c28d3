// The `as` of a test → the caller that a token of that content would prove. Reads the claims by the code that reads a
// real token's.
import type { AccessTest } from '../access/access-test.ts';
import type { Provider } from '../access/provider.ts';
import { identifyPrincipal } from '../authenticate/identify-principal.ts';
import type { Claims, Principal } from '../authenticate/principal.ts';
import type { Failure } from '../errors.ts';
import type { Result } from '../kernel/result.ts';

/** What tokens commonly have left; a test that minds says `exp` itself. */
const TOKEN_LIFE_SECONDS = 3_600;

const asList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** Signed in and issued at the moment of the test, unless its claims say otherwise. */
function rehearsedClaims(as: AccessTest['as'], provider: Provider, now: Date): Claims {
  const seconds = Math.floor(now.getTime() / 1000);
  const times = { iat: seconds, auth_time: seconds, exp: seconds + TOKEN_LIFE_SECONDS };
  const { claims = {}, groups, mfa } = as;
  return {
    ...times,
    iss: provider.issuer,
    ...claims,
    ...(mfa ? { amr: [...asList(claims['amr']), 'mfa'] } : {}),
    ...(groups && provider.groups !== undefined ? { [provider.groups]: groups } : {}),
    [provider.subject]: as.subject,
  };
}

export function rehearsedPrincipal(
  as: AccessTest['as'],
  provider: Provider,
  now: Date,
): Result<Principal, Failure> {
  return identifyPrincipal(rehearsedClaims(as, provider, now), provider, 'a test has no token');
}
