// A refusal of a DPoP proof, or of a token for want of one: the answer names the scheme (RFC 9449 section 7.1).
import type { DpopReason, Failure } from '../../../kernel/failure.ts';
import { err } from '../../../kernel/result.ts';

export const dpopFailure = (reason: DpopReason, nonce?: string): Failure => ({
  code: 'invalid_token',
  reason,
  dpop: nonce === undefined ? {} : { nonce },
});

export const refuseProof = (
  reason: DpopReason,
  nonce?: string,
): { readonly ok: false; readonly error: Failure } => err(dpopFailure(reason, nonce));
