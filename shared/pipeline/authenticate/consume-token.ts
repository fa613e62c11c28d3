// A verified token's jti, used up: of all who present it, anywhere, one is taken. Must come after every other check of
// the token, so that nobody can use up somebody else's by naming it.

import type { Principal } from '../../identity/principal.ts';
import { CLOCK_TOLERANCE_SECONDS } from '../../identity/verify-jwt.ts';
import { consumeOnce, type OnceStore, onceKey } from '../../kernel/consume-once.ts';
import type { Failure } from '../../kernel/failure.ts';
import { err, ok, type Result } from '../../kernel/result.ts';

export async function consumeToken(
  principal: Principal,
  { once }: { readonly once: OnceStore },
): Promise<Result<Principal, Failure>> {
  const { claims, issuer, expiresAt } = principal;
  const jti = Object.hasOwn(claims, 'jti') ? claims['jti'] : undefined;
  if (typeof jti !== 'string' || jti === '' || !expiresAt)
    return err({ code: 'invalid_token', reason: 'claim-missing' });
  const uselessFrom = new Date(expiresAt.getTime() + (CLOCK_TOLERANCE_SECONDS + 1) * 1000);
  const replayed = { code: 'invalid_token', reason: 'token-replayed' } as const;
  const consumed = await consumeOnce(once, onceKey('jti', issuer, jti), uselessFrom, replayed);
  return consumed.ok ? ok(principal) : consumed;
}
