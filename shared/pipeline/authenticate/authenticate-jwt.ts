// A JWT → the caller whom it proves, if whoever sent it may use it. In the order of cost: the DPoP proof is read before
// the token is verified, and its signature is checked after; what is used up by being used comes last.

import { hashProof } from '../../identity/hash-proof.ts';
import type { KeySource } from '../../identity/key-source.ts';
import type { KnownPrincipals } from '../../identity/known-principals.ts';
import type { Principal } from '../../identity/principal.ts';
import type { OnceStore } from '../../kernel/consume-once.ts';
import type { Failure } from '../../kernel/failure.ts';
import { err, ok, type Result } from '../../kernel/result.ts';
import type { Secret } from '../../kernel/secret.ts';
import type { Provider } from '../../rules/document/provider.ts';
import type { Rules } from '../../rules/document/rules.ts';
import { authenticateAssertion } from './assertion/authenticate-assertion.ts';
import { consumeToken } from './consume-token.ts';
import { refuseBearer } from './dpop/bound-token.ts';
import type { DpopHeader } from './dpop/dpop-proof.ts';
import type { OpenDpop } from './dpop/open-dpop.ts';
import { authenticateOidc } from './oidc/authenticate-oidc.ts';
import { checkSignIn } from './oidc/check-sign-in.ts';
import { selectProvider } from './select-provider.ts';

export interface JwtContext {
  readonly rules: Rules;
  readonly keys: KeySource;
  readonly known: KnownPrincipals;
  readonly once: OnceStore;
  readonly openDpop: OpenDpop;
  readonly audience: string;
  readonly publicUrl: string;
  readonly now: Date;
}

interface Token {
  readonly token: Secret<string>;
  readonly proofHash: string;
}

type Authenticated = Promise<Result<Principal, Failure>>;

async function identify(presented: Token, context: JwtContext): Authenticated {
  const { rules, known, now } = context;
  const principal = known.find(presented.proofHash, rules.providersById, now);
  if (principal) return ok(principal);
  const selected = selectProvider(presented.token, rules.providersByIssuer);
  if (!selected.ok) return selected;
  const { provider, issuer } = selected.value;
  switch (provider.kind) {
    case 'oidc':
      return authenticateOidc(presented, provider, context);
    case 'assertion':
      return authenticateAssertion({ ...presented, issuer }, provider, context);
    case 'certificate':
    case 'aliyun': // have no issuer by which a token could select them
      return err({ code: 'invalid_token', reason: 'issuer-unknown' });
  }
}

/** An assertion always: it is made for one request. */
const isTakenOnce = (provider: Provider): boolean =>
  provider.kind === 'assertion' || (provider.kind === 'oidc' && provider.once);

export async function authenticateJwt(
  { token, dpop }: { readonly token: Secret<string>; readonly dpop?: DpopHeader },
  context: JwtContext,
): Authenticated {
  const { rules, now } = context;
  const presented = { token, proofHash: hashProof(token) };
  const verifier = dpop && (await context.openDpop());
  const proof = dpop && verifier?.read(dpop, presented.proofHash, now);
  if (proof && !proof.ok) return proof;
  const identified = await identify(presented, context);
  if (!identified.ok) return identified;
  // Of a remembered caller, too: what the rules say now counts.
  const principal = checkSignIn(identified.value, context);
  if (!principal.ok) return principal;
  const provider = rules.providersById.get(principal.value.provider);
  if (!provider) return err({ code: 'invalid_token', reason: 'issuer-unknown' });
  const holder =
    proof && verifier
      ? await verifier.provePossession(principal.value, { token, proof: proof.value, provider }, now)
      : refuseBearer(principal.value, provider);
  if (!holder.ok) return holder;
  return isTakenOnce(provider) ? consumeToken(holder.value, context) : holder;
}
