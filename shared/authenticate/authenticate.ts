// Stage 1: a proof of identity → the principal that it proves.
import type { Failure } from '../errors.ts';
import type { Result } from '../kernel/result.ts';
import type { KeySource, Rules } from '../ports.ts';
import { identifyPrincipal } from './identify-principal.ts';
import type { Principal } from './principal.ts';
import { type Proof, readBearerToken } from './read-bearer-token.ts';
import { selectProvider } from './select-provider.ts';
import { verifyIdToken } from './verify-id-token.ts';

export async function authenticate(
  proof: Proof,
  context: { readonly rules: Rules; readonly keys: KeySource; readonly audience: string; readonly now: Date },
): Promise<Result<Principal, Failure>> {
  const token = readBearerToken(proof);
  if (!token.ok) return token;
  const provider = selectProvider(token.value, context.rules.providersByIssuer);
  if (!provider.ok) return provider;
  const claims = await verifyIdToken(token.value, provider.value, context);
  if (!claims.ok) return claims;
  return identifyPrincipal(claims.value, provider.value, token.value);
}
