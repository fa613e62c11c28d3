// Stage 1: a proof of identity → the principal that it proves.
import type { Failure } from '../errors.ts';
import { ok, type Result } from '../kernel/result.ts';
import type { KeySource, Rules } from '../ports.ts';
import { hashProof } from './hash-proof.ts';
import { identifyPrincipal } from './identify-principal.ts';
import type { KnownPrincipals } from './known-principals.ts';
import type { Principal } from './principal.ts';
import { type Proof, readBearerToken } from './read-bearer-token.ts';
import { selectProvider } from './select-provider.ts';
import { verifyIdToken } from './verify-id-token.ts';

export interface AuthenticateContext {
  readonly rules: Rules;
  readonly keys: KeySource;
  readonly known: KnownPrincipals;
  readonly audience: string;
  readonly now: Date;
}

export async function authenticate(
  proof: Proof,
  context: AuthenticateContext,
): Promise<Result<Principal, Failure>> {
  const { rules, known, now } = context;
  const token = readBearerToken(proof);
  if (!token.ok) return token;
  const proofHash = hashProof(token.value);
  const principal = known.find(proofHash, rules.providersByIssuer, now);
  if (principal) return ok(principal);
  const provider = selectProvider(token.value, rules.providersByIssuer);
  if (!provider.ok) return provider;
  const claims = await verifyIdToken(token.value, provider.value, context);
  if (!claims.ok) return claims;
  const identified = identifyPrincipal(claims.value, provider.value, proofHash);
  if (identified.ok) known.remember(identified.value, provider.value, now);
  return identified;
}
