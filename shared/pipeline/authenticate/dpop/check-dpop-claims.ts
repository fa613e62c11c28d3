// Is this proof for this request, this token and this moment (RFC 9449 section 4.3, items 8 to 12)? No cryptography, so
// that a proof that is not ours costs little.
import type { Failure } from '../../../kernel/failure.ts';
import { ok, type Result } from '../../../kernel/result.ts';
import type { DpopProof } from './read-dpop-proof.ts';
import { refuseProof } from './refuse-proof.ts';

/** How long a proof may travel. A stolen one is dead by then, used or not. */
const MAX_PROOF_AGE_SECONDS = 120;
/** How far a client's clock may be ahead of ours. */
const MAX_PROOF_LEAD_SECONDS = 30;

/** The request that came in: its method, and its URL as callers write it. */
export interface DpopRequest {
  readonly method: string;
  readonly url: string;
}

/** From here on the proof is refused for its age alone, so nobody need remember it. */
export const proofEnds = ({ claims }: DpopProof): Date =>
  new Date((claims.iat + MAX_PROOF_AGE_SECONDS + MAX_PROOF_LEAD_SECONDS) * 1000);

/** Query and fragment do not count, nor do a default port, dot segments or the case of scheme and host (section 4.3). */
function plainUrl(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const { origin, pathname } = new URL(text);
  return origin + pathname;
}

/** `proofHash` is the hash of the token that came along: what `ath` must be. */
export function checkDpopClaims(
  { claims }: DpopProof,
  { method, url }: DpopRequest,
  proofHash: string,
  now: Date,
): Result<void, Failure> {
  if (claims.htm !== method || plainUrl(claims.htu) !== plainUrl(url))
    return refuseProof('dpop-request-wrong');
  const age = now.getTime() / 1000 - claims.iat;
  if (age > MAX_PROOF_AGE_SECONDS || age < -MAX_PROOF_LEAD_SECONDS) return refuseProof('dpop-stale');
  return claims.ath === proofHash ? ok(undefined) : refuseProof('dpop-token-wrong');
}
