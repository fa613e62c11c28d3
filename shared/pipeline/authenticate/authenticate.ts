// Stage 1: a proof of identity → the principal that it proves. Dispatches by the form of the proof. Each kind of proof is
// verified in a folder of its own.

import type { Principal } from '../../identity/principal.ts';
import type { Failure } from '../../kernel/failure.ts';
import type { Result } from '../../kernel/result.ts';
import type { AliyunContext } from './aliyun/authenticate-aliyun.ts';
import { authenticateJwt, type JwtContext } from './authenticate-jwt.ts';
import { type Presented, readProof } from './read-proof.ts';

/** A caller whose DPoP proof or token is refused is asked for a DPoP proof, not for a bearer token (RFC 9449 section 7.1). */
function asChallenge(result: Result<Principal, Failure>): Result<Principal, Failure> {
  if (result.ok || result.error.code !== 'invalid_token') return result;
  return { ok: false, error: { dpop: {}, ...result.error } };
}

export type AuthenticateContext = JwtContext & AliyunContext;

/**
 * The caller that the request proves. Fails with `invalid_token`; or with `keys_unavailable`, `sts_unavailable`,
 * `rate_limited` or `store_unavailable`, when a service that the check needs does not answer. Nothing is known of the caller
 * then.
 */
export async function authenticate(
  presented: Presented,
  context: AuthenticateContext,
): Promise<Result<Principal, Failure>> {
  const proof = readProof(presented);
  if (!proof.ok) return proof;
  switch (proof.value.kind) {
    case 'jwt': {
      const principal = await authenticateJwt(proof.value, context);
      return proof.value.dpop ? asChallenge(principal) : principal;
    }
    case 'certificate': {
      const { authenticateCertificate } = await import('./certificate/authenticate-certificate.ts');
      return authenticateCertificate(proof.value.text, context);
    }
    case 'caller-proof': {
      const { authenticateAliyun } = await import('./aliyun/authenticate-aliyun.ts');
      return authenticateAliyun(proof.value.token, context);
    }
  }
}
