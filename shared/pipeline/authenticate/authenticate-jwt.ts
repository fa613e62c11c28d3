// A JWT → the caller whom it proves, if the sender may use it. In the order of cost: the DPoP proof is read before the token
// is verified, and its signature is checked after; what is consumed comes last.
import { decodeJwt } from 'jose';
import { hashProof } from '../../identity/hash-proof.ts';
import type { KeySource } from '../../identity/key-source.ts';
import type { KnownPrincipals } from '../../identity/known-principals.ts';
import type { Principal } from '../../identity/principal.ts';
import { CLOCK_TOLERANCE_SECONDS } from '../../identity/verify-jwt.ts';
import { consumeOnce, type OnceStore, onceKey } from '../../kernel/consume-once.ts';
import type { Failure, TokenReason } from '../../kernel/failure.ts';
import { err, ok, type Result } from '../../kernel/result.ts';
import type { Secret } from '../../kernel/secret.ts';
import type { Provider } from '../../rules/document/provider.ts';
import type { Rules } from '../../rules/document/rules.ts';
import { authenticateAssertion } from './assertion/authenticate-assertion.ts';
import { refuseBearer } from './dpop/bound-token.ts';
import type { DpopHeader } from './dpop/dpop-proof.ts';
import type { OpenDpop } from './dpop/open-dpop.ts';
import { authenticateOidc } from './oidc/authenticate-oidc.ts';
import { checkSignIn } from './oidc/own-session-token.ts';

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

/**
 * Fails with `invalid_token`, with `keys_unavailable` when the issuer's keys cannot be had, or with `store_unavailable` when
 * something must be consumed and the store does not answer.
 */
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
  if (!provider) return refuse('issuer-unknown');
  const holder =
    proof && verifier
      ? await verifier.provePossession(principal.value, { token, proof: proof.value, provider }, now)
      : refuseBearer(principal.value, provider);
  if (!holder.ok) return holder;
  return isTakenOnce(provider) ? consumeToken(holder.value, context) : holder;
}

const refuse = (reason: TokenReason) => err({ code: 'invalid_token', reason } as const);

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
      return refuse('issuer-unknown');
  }
}

interface Selected {
  readonly provider: Provider;
  /** As the token says; not verified. */
  readonly issuer: string;
}

/** The unverified `iss` chooses among the configured providers by exact comparison, and does nothing else. */
function selectProvider(
  token: Secret<string>,
  providersByIssuer: ReadonlyMap<string, Provider>,
): Result<Selected, Failure> {
  let issuer: unknown;
  try {
    issuer = decodeJwt(token.reveal()).iss;
  } catch {
    return refuse('token-malformed');
  }
  // A list of issuers, or a number, is not an issuer (CVE-2025-30144): Map.get compares type and value.
  const provider = typeof issuer === 'string' ? providersByIssuer.get(issuer) : undefined;
  return provider && typeof issuer === 'string' ? ok({ provider, issuer }) : refuse('issuer-unknown');
}

/** An assertion always: it is made for one request. */
const isTakenOnce = (provider: Provider): boolean =>
  provider.kind === 'assertion' || (provider.kind === 'oidc' && provider.once);

/**
 * Consumes the token's jti: of all who present the token, anywhere, one is taken. Comes after every other check, so that
 * no caller can consume the jti of another by naming it in a token of its own.
 */
async function consumeToken(principal: Principal, { once }: Pick<JwtContext, 'once'>): Authenticated {
  const { claims, issuer, expiresAt } = principal;
  const jti = Object.hasOwn(claims, 'jti') ? claims['jti'] : undefined;
  if (typeof jti !== 'string' || jti === '' || !expiresAt) return refuse('claim-missing');
  const uselessFrom = new Date(expiresAt.getTime() + (CLOCK_TOLERANCE_SECONDS + 1) * 1000);
  const replayed = { code: 'invalid_token', reason: 'token-replayed' } as const;
  const consumed = await consumeOnce(once, onceKey('jti', issuer, jti), uselessFrom, replayed);
  return consumed.ok ? ok(principal) : consumed;
}
