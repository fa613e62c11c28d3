// All that verifies DPoP proofs, in two steps: what can be said before the token is verified, and the rest.

import type { OnceStore } from '../../../kernel/consume-once.ts';
import type { Failure } from '../../../kernel/failure.ts';
import type { Result } from '../../../kernel/result.ts';
import type { DpopHeader } from '../read-proof.ts';
import { checkDpopClaims } from './check-dpop-claims.ts';
import { createProvePossession, type ProvePossession } from './prove-possession.ts';
import { type DpopProof, readDpopProof } from './read-dpop-proof.ts';

export interface DpopVerifier {
  /** Costs little. `proofHash` is the hash of the token that the proof must be for. */
  readonly read: (header: DpopHeader, proofHash: string, now: Date) => Result<DpopProof, Failure>;
  readonly provePossession: ProvePossession;
}

export const createDpopVerifier = (once: OnceStore): DpopVerifier => ({
  read({ text, request }, proofHash, now) {
    const proof = readDpopProof(text);
    if (!proof.ok) return proof;
    const checked = checkDpopClaims(proof.value, request, proofHash, now);
    return checked.ok ? proof : checked;
  },
  provePossession: createProvePossession(once),
});
