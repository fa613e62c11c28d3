// A proof, used up: whoever copies one on its way comes too late, at whichever instance (RFC 9449 section 11.1).

import { consumeOnce, type OnceStore, onceKey } from '../../../kernel/consume-once.ts';
import type { Failure } from '../../../kernel/failure.ts';
import type { Result } from '../../../kernel/result.ts';
import { proofEnds } from './check-dpop-claims.ts';
import type { DpopProof } from './read-dpop-proof.ts';
import { dpopFailure } from './refuse-proof.ts';

/** `jti` is unique among the proofs of one key only: nobody can use up the proof of another's. */
export async function consumeProof(
  proof: DpopProof,
  thumbprint: string,
  once: OnceStore,
): Promise<Result<void, Failure>> {
  const key = onceKey('dpop-proof', thumbprint, proof.claims.jti);
  return consumeOnce(once, key, proofEnds(proof), dpopFailure('dpop-replayed'));
}
