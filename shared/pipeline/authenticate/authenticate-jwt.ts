// A JWT → the caller that it proves, if the sender may use it. Cheap checks come first: a DPoP proof is read before the token
// is verified, and its signature is checked after. What can be used only once is consumed last.
import { hashProof } from '../../identity/hash-proof.ts';
import type { KeySource } from '../../identity/key-source.ts';
import type { KnownPrincipals } from '../../identity/known-principals.ts';
import type { Principal } from '../../identity/principal.ts';
import { readJwt } from '../../identity/read-jwt.ts';
import { CLOCK_TOLERANCE_SECONDS } from '../../kernel/clock.ts';
import { consumeOnce, type OnceStore, onceKey } from '../../kernel/consume-once.ts';
import type { Failure, TokenReason } from '../../kernel/failure.ts';
import { err, ok, type Result } from '../../kernel/result.ts';
import type { Secret } from '../../kernel/secret.ts';
import type { Provider } from '../../rules/document/provider.ts';
import type { Rules } from '../../rules/document/rules.ts';
import { spiffeIssuer } from '../../rules/providers/presets/spiffe.ts';
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
  { token, dpop }: { readonly token: Secret<string>; readonly dpop?: DpopHeader | undefined },
  context: JwtContext,
): Authenticated {
  const presented = { token, proofHash: hashProof(token) };
  const read = await readDpop(dpop, presented.proofHash, context);
  if (!read.ok) return read;

  const identified = await identify(presented, context);
  if (!identified.ok) return identified;
  // Runs for a remembered caller as well: people may have been blocked or signed out since.
  const principal = checkSignIn(identified.value, context);
  if (!principal.ok) return principal;
  const provider = context.rules.providersById.get(principal.value.provider);
  if (!provider) return refuse('issuer-unknown');

  const holder = read.value
    ? await read.value.provePossession(principal.value, { token, provider })
    : refuseBearer(principal.value, provider);
  if (!holder.ok) return holder;
  return isTakenOnce(provider) ? consumeToken(holder.value, context) : holder;
}

interface ReadDpop {
  /** As `provePossession` of DpopVerifier, with the proof that was read. */
  readonly provePossession: (
    principal: Principal,
    bearer: { readonly token: Secret<string>; readonly provider: Provider },
  ) => Authenticated;
}

/** Undefined when the request has no DPoP header. Fails as `readDpopProof` does. */
async function readDpop(
  dpop: DpopHeader | undefined,
  proofHash: string,
  { openDpop, now }: JwtContext,
): Promise<Result<ReadDpop | undefined, Failure>> {
  if (!dpop) return ok(undefined);
  const verifier = await openDpop();
  const proof = verifier.read(dpop, proofHash, now);
  if (!proof.ok) return proof;
  return ok({
    provePossession: (principal, bearer) =>
      verifier.provePossession(principal, { ...bearer, proof: proof.value }, now),
  });
}

const refuse = (reason: TokenReason) => err({ code: 'invalid_token', reason } as const);

/** The caller that the token names: remembered, or by a verification of the token. */
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
    // These have no issuer by which a token could select them.
    case 'certificate':
    case 'aliyun':
      return refuse('issuer-unknown');
  }
}

interface Selected {
  readonly provider: Provider;
  /** The token's `iss`, not verified. */
  readonly issuer: string;
}

/**
 * The unverified `iss` chooses among the configured providers by exact comparison, and does nothing else. A SPIFFE token may have
 * none: then its unverified trust domain chooses.
 */
function selectProvider(
  token: Secret<string>,
  providersByIssuer: ReadonlyMap<string, Provider>,
): Result<Selected, Failure> {
  const jwt = readJwt(token);
  if (!jwt.ok) return refuse(jwt.error);
  const { iss, sub } = jwt.value.claims;
  const issuer = iss ?? spiffeIssuer(sub);
  // A list of issuers, or a number, is not an issuer (CVE-2025-30144): Map.get compares type and value.
  const provider = typeof issuer === 'string' ? providersByIssuer.get(issuer) : undefined;
  return provider && typeof issuer === 'string' ? ok({ provider, issuer }) : refuse('issuer-unknown');
}

/** An assertion is always taken once, because it is made for one request. */
const isTakenOnce = (provider: Provider): boolean =>
  provider.kind === 'assertion' || (provider.kind === 'oidc' && provider.once);

/**
 * Consumes the token's jti, so that the token is accepted once, at one instance. Must come after every other check: otherwise a
 * caller could consume the jti of another by naming it in a token of its own.
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
