// STS's word on who signed a request, as this stage asks for it.
import type { Result } from '../../../kernel/result.ts';
import type { CallerProof } from './parse-caller-proof.ts';

/** `refused`: STS does not take the caller's signature. Everything else says nothing about the caller. */
export interface CallerFault {
  readonly kind: 'refused' | 'throttled' | 'unavailable' | 'unusable';
  readonly cause: string;
}

export interface CallerIdentities {
  /** What STS answers to the GetCallerIdentity request that the caller signed for this audience, as JSON and unread. */
  whoSigned(proof: CallerProof, audience: string): Promise<Result<unknown, CallerFault>>;
}
