// A token of an OpenID Provider → the caller; remembered, so that one instance verifies a token once.

import type { KnownPrincipals } from '../../../identity/known-principals.ts';
import type { Principal } from '../../../identity/principal.ts';
import type { VerifyContext } from '../../../identity/verify-jwt.ts';
import type { Failure } from '../../../kernel/failure.ts';
import { ok, type Result } from '../../../kernel/result.ts';
import type { Secret } from '../../../kernel/secret.ts';
import type { OidcProvider } from '../../../rules/providers/oidc.ts';
import { assertedAddress } from './asserted-address.ts';
import { identifyPrincipal } from './identify-principal.ts';
import { verifyIdToken } from './verify-id-token.ts';

interface OidcContext extends VerifyContext {
  readonly audience: string;
  readonly publicUrl: string;
  readonly known: KnownPrincipals;
}

export async function authenticateOidc(
  { token, proofHash }: { readonly token: Secret<string>; readonly proofHash: string },
  provider: OidcProvider,
  context: OidcContext,
): Promise<Result<Principal, Failure>> {
  const claims = await verifyIdToken(token, provider, context);
  if (!claims.ok) return claims;
  const identified = identifyPrincipal(claims.value, provider, proofHash);
  if (!identified.ok) return identified;
  const told = assertedAddress(claims.value, provider, context.publicUrl);
  const principal = told === undefined ? identified.value : { ...identified.value, assertedAddress: told };
  // A token that is taken once is of no use to remember.
  if (!provider.once) context.known.remember(principal, provider, context.now);
  return ok(principal);
}
