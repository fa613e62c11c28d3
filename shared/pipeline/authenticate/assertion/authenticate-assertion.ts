// A partner's signed assertion → the partner; never remembered, since each is taken once.

import { readNumericDate } from '../../../identity/judge-claims.ts';
import type { Principal } from '../../../identity/principal.ts';
import type { VerifyContext } from '../../../identity/verify-jwt.ts';
import type { Failure } from '../../../kernel/failure.ts';
import { err, ok, type Result } from '../../../kernel/result.ts';
import type { Secret } from '../../../kernel/secret.ts';
import type { AssertionProvider } from '../../../rules/providers/assertion.ts';
import { assertionPrincipal, checkedClaims } from './assertion-principal.ts';
import { verifyAssertion } from './verify-assertion.ts';

interface AssertionContext extends VerifyContext {
  readonly audience: string;
}

interface PresentedAssertion {
  readonly token: Secret<string>;
  readonly proofHash: string;
  /** Not verified: it selects the client, and nothing else. */
  readonly issuer: string;
}

export async function authenticateAssertion(
  { token, proofHash, issuer }: PresentedAssertion,
  provider: AssertionProvider,
  context: AssertionContext,
): Promise<Result<Principal, Failure>> {
  const client = provider.clients.find(({ id }) => id === issuer);
  if (!client) return err({ code: 'invalid_token', reason: 'issuer-unknown' });
  const verified = await verifyAssertion(token, client, provider, context);
  if (!verified.ok) return verified;
  const claims = checkedClaims(verified.value);
  const expiresAt = readNumericDate(claims['exp']);
  return ok(assertionPrincipal({ client: client.id, claims, expiresAt, proofHash }, provider));
}
