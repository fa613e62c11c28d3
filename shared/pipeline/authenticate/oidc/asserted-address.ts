// The address that a session token tells of its caller. Believed of this deployment's own login alone: anybody else's
// word on where their callers are would open every grant that is tied to a network.

import type { Claims } from '../../../identity/principal.ts';
import { ADDRESS_CLAIM } from '../../../kernel/address-claim.ts';
import { clientAddress } from '../../../kernel/client-address.ts';
import type { OidcProvider } from '../../../rules/providers/oidc.ts';
import { isOwnLogin } from './own-login.ts';

/** Undefined: it tells of none, so whoever holds the token came with it. Null: of one that must not count. */
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
