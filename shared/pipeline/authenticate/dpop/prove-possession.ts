// The last word on a JWT that came with a DPoP proof: its sender holds the key that it is bound to (RFC 9449 section
// 7.1). Runs with every request, also where this instance has verified the token before.

import type { Principal } from '../../../identity/principal.ts';
import type { OnceStore } from '../../../kernel/consume-once.ts';
import type { Failure } from '../../../kernel/failure.ts';
import { ok, type Result } from '../../../kernel/result.ts';
import type { Secret } from '../../../kernel/secret.ts';
import type { Provider } from '../../../rules/document/provider.ts';
import { confirmedKey } from './confirmed-key.ts';
import { consumeProof } from './consume-proof.ts';
import { thumbprintOf } from './dpop-key.ts';
import { createDpopNonces } from './dpop-nonces.ts';
import { dpopRulesOf } from './dpop-rules.ts';
import type { DpopProof } from './read-dpop-proof.ts';
import { refuseProof } from './refuse-proof.ts';
import { createTokenBindings } from './token-bindings.ts';
import { verifyDpopSignature } from './verify-dpop-signature.ts';

interface Possession {
  readonly token: Secret<string>;
  readonly proof: DpopProof;
  readonly provider: Provider;
}

export type ProvePossession = (
  principal: Principal,
  possession: Possession,
  now: Date,
) => Promise<Result<Principal, Failure>>;

export function createProvePossession(once: OnceStore): ProvePossession {
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
    const thumbprint = await thumbprintOf(proof.key);
    if (isBound && confirmed.value !== thumbprint) return refuseProof('dpop-key-wrong');
    const nonce = rules.dpopNonces ? await checkNonce(proof, now) : ok(undefined);
    if (!nonce.ok) return nonce;
    const signature = await verifyDpopSignature(proof, now);
    if (!signature.ok) return signature;
    // Together: each is a round trip, and whoever made this proof has both the token and the key.
    const [consumed, bound] = await Promise.all([
      consumeProof(proof, thumbprint, once),
      isBound ? ok(undefined) : bindings.bind(token, thumbprint, now),
    ]);
    if (!consumed.ok) return consumed;
    return bound.ok ? ok({ ...principal, boundKey: thumbprint }) : bound;
  };
}
