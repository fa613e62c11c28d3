// A token of an OpenID Provider → the caller; remembered, so that one instance verifies a token once.
import type { OidcProvider } from '../../access/providers/oidc.ts';
import type { Failure } from '../../errors.ts';
import type { Result } from '../../kernel/result.ts';
import type { Secret } from '../../kernel/secret.ts';
import type { KnownPrincipals } from '../known-principals.ts';
import type { Principal } from '../principal.ts';
import { identifyPrincipal } from './identify-principal.ts';
import { type VerifyContext, verifyIdToken } from './verify-id-token.ts';

export async function authenticateOidc(
  { token, proofHash }: { readonly token: Secret<string>; readonly proofHash: string },
  provider: OidcProvider,
  context: VerifyContext & { readonly known: KnownPrincipals },
): Promise<Result<Principal, Failure>> {
  const claims = await verifyIdToken(token, provider, context);
  if (!claims.ok) return claims;
  const identified = identifyPrincipal(claims.value, provider, proofHash);
  if (identified.ok) context.known.remember(identified.value, provider, context.now);
  return identified;
}
