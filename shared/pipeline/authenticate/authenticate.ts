// Stage 1: a proof of identity → the principal that it proves. Only dispatches, by the proof's form: verifying is the
// business of each kind's folder.

import type { Principal } from '../../identity/principal.ts';
import type { Failure } from '../../kernel/failure.ts';
import type { Result } from '../../kernel/result.ts';
import type { AliyunContext } from './aliyun/authenticate-aliyun.ts';
import { authenticateJwt, type JwtContext } from './authenticate-jwt.ts';
import { type Presented, readProof } from './read-proof.ts';

/** Whoever came with a DPoP proof is told to come with one again (RFC 9449 section 7.1). */
function asChallenge(result: Result<Principal, Failure>): Result<Principal, Failure> {
  if (result.ok || result.error.code !== 'invalid_token') return result;
  return { ok: false, error: { dpop: {}, ...result.error } };
}

export type AuthenticateContext = JwtContext & AliyunContext;

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
