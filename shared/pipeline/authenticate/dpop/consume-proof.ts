// A proof, used up: whoever copies one on its way comes too late, at whichever instance (RFC 9449 section 11.1).

import type { OnceStore } from '../../../kernel/consume-once.ts';
import { onceKey } from '../../../kernel/consume-once.ts';
import type { Failure } from '../../../kernel/failure.ts';
import { err, ok, type Result } from '../../../kernel/result.ts';
import { proofEnds } from './check-dpop-claims.ts';
import type { DpopProof } from './read-dpop-proof.ts';
import { refuseProof } from './refuse-proof.ts';

/** `jti` is unique among the proofs of one key only: nobody can use up the proof of another's. */
export async function consumeProof(
  proof: DpopProof,
  thumbprint: string,
  once: OnceStore,
): Promise<Result<void, Failure>> {
  const consumed = await once.consume(onceKey('dpop-proof', thumbprint, proof.claims.jti), proofEnds(proof));
  if (!consumed.ok) return err({ code: 'store_unavailable', ...consumed.error });
  return consumed.value === 'first' ? ok(undefined) : refuseProof('dpop-replayed');
}
