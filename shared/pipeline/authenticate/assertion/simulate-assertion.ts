// The partner whom an assertion of this name would prove, had there been one.

import type { DescribedCaller } from '../../../identity/described-caller.ts';
import { readNumericDate } from '../../../identity/judge-claims.ts';
import type { Principal } from '../../../identity/principal.ts';
import type { Failure } from '../../../kernel/failure.ts';
import { err, ok, type Result } from '../../../kernel/result.ts';
import type { AssertionProvider } from '../../../rules/providers/assertion.ts';
import { assertionPrincipal, checkedClaims } from './assertion-principal.ts';

export function simulateAssertion(
  { subject, claims: told, groups = [] }: DescribedCaller,
  provider: AssertionProvider,
): Result<Principal, Failure> {
  if (!provider.clients.some(({ id }) => id === subject))
    return err({ code: 'invalid_token', reason: 'subject-unusable' });
  if (groups.length > 0) return err({ code: 'invalid_token', reason: 'groups-unusable' });
  const claims = checkedClaims({ ...told, iss: subject, sub: subject });
  const expiresAt = readNumericDate(claims['exp']);
  return ok(assertionPrincipal({ client: subject, claims, expiresAt, proofHash: '' }, provider));
}
