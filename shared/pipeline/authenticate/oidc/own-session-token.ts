// Session tokens of this deployment's own login. Login's word is believed on more than that of any other issuer (the address
// of the caller), and what the rules say of people now counts for tokens that were made minutes ago.
import type { Claims, Principal } from '../../../identity/principal.ts';
import { clientAddress } from '../../../kernel/client-address.ts';
import type { Failure } from '../../../kernel/failure.ts';
import { ADDRESS_CLAIM, GENERATION_CLAIM, REQUIREMENT_CLAIM } from '../../../kernel/login-claims.ts';
import { err, ok, type Result } from '../../../kernel/result.ts';
import type { Rules } from '../../../rules/document/rules.ts';
import type { OidcProvider } from '../../../rules/providers/oidc.ts';
import { isBlocked } from '../../../rules/sign-on/blocked.ts';

const isOwnLogin = ({ issuer }: { readonly issuer: string }, publicUrl: string): boolean =>
  issuer === `${publicUrl.replace(/\/$/, '')}/login`;

export interface SignInContext {
  readonly rules: Pick<Rules, 'blocked' | 'flushes' | 'requirements'>;
  readonly publicUrl: string;
}

/**
 * Refuses a session token whose person was blocked or signed out by a flush since it was made (`person-blocked`,
 * `sign-in-flushed`), or was not judged by what their connection requires now (`sign-in-requirement`). Gives every other
 * principal as it is. The person is in `sub`, whatever claim the provider's entry names callers by.
 */
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

function meetsRequirement(
  { connection, [REQUIREMENT_CLAIM]: met }: Claims,
  requirements: Rules['requirements'],
): boolean {
  // Login names the connection in every token: one without could be of a connection that requires something.
  if (typeof connection !== 'string') return false;
  const required = requirements.get(connection);
  return required === undefined || met === required;
}

/**
 * The caller's IP address as the token tells it, in canonical form. Undefined: it tells of none, so the connection's address
 * counts. Null: the address must not count, since the token's is unusable or another issuer's, whose word on where its
 * callers are would open every grant that is tied to a network.
 */
export function assertedAddress(
  claims: Claims,
  provider: OidcProvider,
  publicUrl: string,
): string | null | undefined {
  if (!provider.addressFromToken || !Object.hasOwn(claims, ADDRESS_CLAIM)) return undefined;
  const told = claims[ADDRESS_CLAIM];
  if (!isOwnLogin(provider, publicUrl) || typeof told !== 'string') return null;
  return clientAddress(told) ?? null;
}
