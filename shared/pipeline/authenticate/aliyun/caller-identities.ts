// The port to STS, which says who signed a request.
import type { Result } from '../../../kernel/result.ts';
import type { CallerProof } from './parse-caller-proof.ts';

/** `refused`: STS does not accept the signature. The other kinds say nothing about the caller. */
export interface CallerFault {
  readonly kind: 'refused' | 'throttled' | 'unavailable' | 'unusable';
  /** The error code of STS, for the operator. */
  readonly cause: string;
}

export interface CallerIdentities {
  /** The answer of STS, as JSON and not checked, to the GetCallerIdentity request that the caller signed for this audience. */
  whoSigned(proof: CallerProof, audience: string): Promise<Result<unknown, CallerFault>>;
}
