// A session token of this deployment's own login is good for minutes. Whoever was blocked, or signed out by a flush, since
// it was made is refused as soon as the rules say so.
import { isBlocked } from '../../access/sign-on/blocked.ts';
import type { Failure } from '../../errors.ts';
import { GENERATION_CLAIM } from '../../kernel/generation-claim.ts';
import { err, ok, type Result } from '../../kernel/result.ts';
import type { Rules } from '../../ports.ts';
import type { Principal } from '../principal.ts';
import { isOwnLogin } from './own-login.ts';

export interface SignInContext {
  readonly rules: Pick<Rules, 'blocked' | 'flushes'>;
  readonly publicUrl: string;
}

/** The person is in `sub`, whatever claim the provider's entry names callers by. */
export function checkSignIn(
  principal: Principal,
  { rules: { blocked, flushes }, publicUrl }: SignInContext,
): Result<Principal, Failure> {
  if (principal.kind !== 'oidc' || !isOwnLogin(principal, publicUrl)) return ok(principal);
  const { sub, [GENERATION_CLAIM]: generation = 0 } = principal.claims;
  if (typeof sub !== 'string' || isBlocked(blocked, sub))
    return err({ code: 'invalid_token', reason: 'person-blocked' });
  return typeof generation === 'number' && generation >= flushes.signIns
    ? ok(principal)
    : err({ code: 'invalid_token', reason: 'sign-in-flushed' });
}
