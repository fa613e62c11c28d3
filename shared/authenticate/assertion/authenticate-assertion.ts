// A partner's signed assertion → the partner; never remembered, since each is taken once.
import type { AssertionProvider } from '../../access/providers/assertion.ts';
import type { Failure } from '../../errors.ts';
import { err, ok, type Result } from '../../kernel/result.ts';
import type { Secret } from '../../kernel/secret.ts';
import type { Claims, Principal } from '../principal.ts';
import type { VerifyContext } from '../verify-jwt.ts';
import { assertionPrincipal } from './assertion-principal.ts';
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

/** `cnf` is kept for whoever checks keys: what its maker bound to one is not for everybody. */
const checkedClaims = ({ iss, sub, aud, exp, iat, jti, cnf }: Claims): Claims => {
  const checked = { iss, sub, aud, exp, iat, jti };
  return cnf === undefined ? checked : { ...checked, cnf };
};

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
  const expiresAt = new Date(Math.floor(Number(claims['exp'])) * 1000);
  return ok(assertionPrincipal({ client: client.id, claims, expiresAt, proofHash }, provider));
}
