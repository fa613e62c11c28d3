// Two rules for session tokens, which this deployment's own `login` signs. First, only `login` may assert the caller's address.
// Second, a person who was blocked or signed out after the token was made is refused.
import type { Claims, Principal } from '../../../identity/principal.ts';
import { clientAddress } from '../../../kernel/client-address.ts';
import type { Failure } from '../../../kernel/failure.ts';
import {
  ADDRESS_CLAIM,
  GENERATION_CLAIM,
  PERSON_CLAIM,
  REQUIREMENT_CLAIM,
} from '../../../kernel/login-claims.ts';
import { err, ok, type Result } from '../../../kernel/result.ts';
import type { Rules } from '../../../rules/document/rules.ts';
import type { OidcProvider } from '../../../rules/providers/oidc.ts';
import { isBlocked } from '../../../rules/sign-on/blocked.ts';

/** Whether this deployment's own `login` issued it. */
export const isOwnLogin = ({ issuer }: { readonly issuer: string }, publicUrl: string): boolean =>
  issuer === `${publicUrl.replace(/\/$/, '')}/login`;

export interface SignInContext {
  readonly rules: Pick<Rules, 'blocked' | 'flushes' | 'requirements'>;
  readonly publicUrl: string;
}

/**
 * Returns the principal as it is, unless its proof is a session token that no longer counts: the person was blocked since
 * (`person-blocked`) or signed out by a flush (`sign-in-flushed`), or the sign-in was not checked against what the person's
 * connection requires now (`sign-in-requirement`). The person is always in `sub`, even if the provider's entry takes the
 * subject from another claim.
 */
export function checkSignIn(
  principal: Principal,
  { rules: { blocked, flushes, requirements }, publicUrl }: SignInContext,
): Result<Principal, Failure> {
  if (principal.kind !== 'oidc' || !isOwnLogin(principal, publicUrl)) return ok(principal);
  const { sub, [GENERATION_CLAIM]: generation = 0, [PERSON_CLAIM]: link } = principal.claims;
  if (typeof sub !== 'string' || isBlocked(blocked, sub, typeof link === 'string' ? link : undefined))
    return err({ code: 'invalid_token', reason: 'person-blocked' });
  if (typeof generation !== 'number' || generation < flushes.signIns)
    return err({ code: 'invalid_token', reason: 'sign-in-flushed' });
  return meetsRequirement(principal.claims, requirements)
    ? ok(principal)
    : err({ code: 'invalid_token', reason: 'sign-in-requirement' });
}

function meetsRequirement(
  { connection, [REQUIREMENT_CLAIM]: met }: Claims,
  requirements: Rules['requirements'],
): boolean {
  // Login names the connection in every token. Without the name it is unknown whether the connection requires something.
  if (typeof connection !== 'string') return false;
  const required = requirements.get(connection);
  return required === undefined || met === required;
}

/**
 * The caller's IP address that the token asserts, in canonical form. Undefined when it asserts none: the connection's address
 * then counts. Null when the asserted address must not count, so that the caller's address is unknown: it is unusable, or
 * another issuer asserts it, which could so open every grant that is tied to a network.
 */
export function assertedAddress(
  claims: Claims,
  provider: OidcProvider,
  publicUrl: string,
): string | null | undefined {
  if (!provider.addressFromToken || !Object.hasOwn(claims, ADDRESS_CLAIM)) return undefined;
  const asserted = claims[ADDRESS_CLAIM];
  if (!isOwnLogin(provider, publicUrl) || typeof asserted !== 'string') return null;
  return clientAddress(asserted) ?? null;
}
