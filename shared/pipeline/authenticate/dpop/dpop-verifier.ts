// Proof of possession for a JWT (RFC 9449): the sender of the token holds the key that the token is bound to. The first step,
// reading the proof, costs little and comes before the token is verified; the rest comes after. Both steps run for every
// request, even if this instance has verified the token before.
import type { Principal } from '../../../identity/principal.ts';
import { boundedCache } from '../../../kernel/bounded-cache.ts';
import { CLOCK_TOLERANCE_SECONDS } from '../../../kernel/clock.ts';
import { consumeOnce, type OnceStore, onceKey } from '../../../kernel/consume-once.ts';
import type { Failure } from '../../../kernel/failure.ts';
import { err, ok, type Result } from '../../../kernel/result.ts';
import type { Secret } from '../../../kernel/secret.ts';
import { sha256 } from '../../../kernel/sha256.ts';
import { storeUnavailable } from '../../../kernel/store-fault.ts';
import type { Provider } from '../../../rules/document/provider.ts';
import { TOKEN_AGE_SECONDS } from '../../../rules/providers/oidc.ts';
import { confirmedKey, dpopFailure, dpopRulesOf, refuseProof } from './bound-token.ts';
import { createDpopNonces } from './dpop-nonces.ts';
import { type DpopProof, proofEnds, readDpopProof, thumbprintOf, verifyDpopSignature } from './dpop-proof.ts';

interface Possession {
  readonly token: Secret<string>;
  readonly proof: DpopProof;
  /** The provider that vouches for the token. */
  readonly provider: Provider;
}

type ProvePossession = (
  principal: Principal,
  possession: Possession,
  now: Date,
) => Promise<Result<Principal, Failure>>;

export interface DpopVerifier {
  readonly read: typeof readDpopProof;
  /**
   * The principal of a verified token, with `boundKey` set to the key that the proof shows the sender to hold. Consumes the
   * proof. Fails with `invalid_token` and a reason that begins with `dpop-`, with `binding-unknown`, or with
   * `store_unavailable`.
   */
  readonly provePossession: ProvePossession;
}

export const createDpopVerifier = (once: OnceStore): DpopVerifier => ({
  read: readDpopProof,
  provePossession: createProvePossession(once),
});

function createProvePossession(once: OnceStore): ProvePossession {
  const nonces = createDpopNonces(once);
  const bindings = createTokenBindings(once);

  const checkNonce = async ({ claims }: DpopProof, now: Date): Promise<Result<void, Failure>> => {
    const accepted = claims.nonce === undefined ? ok(false) : await nonces.accepts(claims.nonce, now);
    if (!accepted.ok) return accepted;
    if (accepted.value) return ok(undefined);
    const next = await nonces.give(now);
    return next.ok ? refuseProof('dpop-nonce-needed', next.value) : next;
  };

  return async (principal, { token, proof, provider }, now) => {
    const rules = dpopRulesOf(provider);
    const confirmed = confirmedKey(principal.claims);
    if (!confirmed.ok) return confirmed;
    const isBound = confirmed.value !== undefined;
    if (!isBound && rules.dpop === 'issuer-bound') return refuseProof('dpop-token-unbound');
    const thumbprint = await thumbprintOf(proof);
    if (isBound && confirmed.value !== thumbprint) return refuseProof('dpop-key-wrong');
    const nonce = rules.dpopNonces ? await checkNonce(proof, now) : ok(undefined);
    if (!nonce.ok) return nonce;
    const signature = await verifyDpopSignature(proof);
    if (!signature.ok) return signature;
    // Both at the same time, since each is a round trip, and the sender is known to have both the token and the key.
    const [consumed, bound] = await Promise.all([
      consumeProof(proof, thumbprint, once),
      isBound ? ok(undefined) : bindings.bind(token, thumbprint, now),
    ]);
    if (!consumed.ok) return consumed;
    return bound.ok ? ok({ ...principal, boundKey: thumbprint }) : bound;
  };
}

/**
 * A copy of a proof is refused at every instance (RFC 9449 section 11.1). `jti` is unique among the proofs of one key, so the
 * thumbprint is part of the store's key: no key can use up the proof of another.
 */
function consumeProof(proof: DpopProof, thumbprint: string, once: OnceStore): Promise<Result<void, Failure>> {
  const key = onceKey('dpop-proof', thumbprint, proof.claims.jti);
  return consumeOnce(once, key, proofEnds(proof), dpopFailure('dpop-replayed'));
}

/** Bindings kept in memory, about 100 bytes each. A binding never changes, so the store is asked once for each token. */
const MAX_KNOWN = 10_000;

/** No provider accepts a token that was issued longer ago than this. */
const BINDING_SECONDS = TOKEN_AGE_SECONDS.max + 2 * CLOCK_TOLERANCE_SECONDS;

interface TokenBindings {
  bind(token: Secret<string>, thumbprint: string, now: Date): Promise<Result<void, Failure>>;
}

/**
 * Hashes the part that the issuer signed, not the whole token: a signature has several spellings (unused bits of base64url,
 * the other s of ECDSA), and each would count as a token that has no binding yet.
 */
function signedPartHash(token: Secret<string>): string {
  const text = token.reveal();
  return sha256(text.slice(0, text.lastIndexOf('.')), 'base64url');
}

/**
 * Binds a token to the first key that it is used with, for an issuer that binds none: a thief who steals the token later
 * cannot use it with a key of their own. It does not protect a token that was stolen before its first use.
 */
function createTokenBindings(once: OnceStore): TokenBindings {
  const known = boundedCache<string>(MAX_KNOWN);

  const ownerOf = async (key: string, thumbprint: string, now: Date): Promise<Result<string, Failure>> => {
    const owned = known.get(key);
    if (owned !== undefined) return ok(owned);
    const end = new Date(now.getTime() + BINDING_SECONDS * 1000);
    const owner = await once.putIfAbsent(key, thumbprint, end);
    if (!owner.ok) return err(storeUnavailable(owner.error));
    known.set(key, owner.value);
    return owner;
  };

  return {
    async bind(token, thumbprint, now) {
      const owner = await ownerOf(onceKey('dpop-token', signedPartHash(token)), thumbprint, now);
      if (!owner.ok) return owner;
      return owner.value === thumbprint ? ok(undefined) : refuseProof('dpop-key-wrong');
    },
  };
}
