// A session token of this deployment's own login is good for minutes. Whoever was blocked, or signed out by a flush, since
// it was made is refused as soon as the rules say so, and so is who was not judged by what their connection requires now.

import type { Principal } from '../../../identity/principal.ts';
import type { Failure } from '../../../kernel/failure.ts';
import { GENERATION_CLAIM } from '../../../kernel/generation-claim.ts';
import { REQUIREMENT_CLAIM } from '../../../kernel/requirement-claim.ts';
import { err, ok, type Result } from '../../../kernel/result.ts';
import type { Rules } from '../../../rules/document/rules.ts';
import { isBlocked } from '../../../rules/sign-on/blocked.ts';
import { isOwnLogin } from './own-login.ts';

export interface SignInContext {
  readonly rules: Pick<Rules, 'blocked' | 'flushes' | 'requirements'>;
  readonly publicUrl: string;
}

function meetsRequirement(
  { connection, [REQUIREMENT_CLAIM]: met }: Principal['claims'],
  requirements: Rules['requirements'],
): boolean {
  // Login names the connection in every token: one without could be of a connection that requires something.
  if (typeof connection !== 'string') return false;
  const required = requirements.get(connection);
  return required === undefined || met === required;
}

/** The person is in `sub`, whatever claim the provider's entry names callers by. */
export function checkSignIn(
  principal: Principal,
  { rules: { blocked, flushes, requirements }, publicUrl }: SignInContext,
): Result<Principal, Failure> {
  if (principal.kind !== 'oidc' || !isOwnLogin(principal, publicUrl)) return ok(principal);
  const { sub, [GENERATION_CLAIM]: generation = 0 } = principal.claims;
  if (typeof sub !== 'string' || isBlocked(blocked, sub))
    return err({ code: 'invalid_token', reason: 'person-blocked' });
  if (typeof generation !== 'number' || generation < flushes.signIns)
    return err({ code: 'invalid_token', reason: 'sign-in-flushed' });
  return meetsRequirement(principal.claims, requirements)
    ? ok(principal)
    : err({ code: 'invalid_token', reason: 'sign-in-requirement' });
}
