// The key that a token says it is bound to. A binding that Stint cannot check is not ignored: the issuer meant that not
// everybody who holds the token may use it.
import * as z from 'zod';
import type { Claims } from '../../../identity/principal.ts';
import type { Failure } from '../../../kernel/failure.ts';
import { ok, type Result } from '../../../kernel/result.ts';
import { refuseProof } from './refuse-proof.ts';

/**
 * `cnf` (RFC 7800 section 3.1) with the thumbprint of RFC 9449 section 6.1, and nothing beside it but what Keycloak 26 adds:
 * that it means the thumbprint as RFC 9449 does.
 */
const Confirmation = z.strictObject({ jkt: z.string(), 'kc-jkt-type': z.literal('DPoP').optional() });

/**
 * The URI of a thumbprint (RFC 9278). A client that signs in with this as its OpenID Connect nonce gets from any OpenID
 * Provider an ID token that names the client's key: nobody who steals the token has that key.
 */
const THUMBPRINT_NONCE = /^urn:ietf:params:oauth:jwk-thumbprint:sha-256:([A-Za-z0-9_-]{43})$/;

const claimOf = (claims: Claims, name: string): unknown =>
  Object.hasOwn(claims, name) ? claims[name] : undefined;

/** The thumbprint; undefined for a token that is bound to no key. */
export function confirmedKey(claims: Claims): Result<string | undefined, Failure> {
  const confirmation = claimOf(claims, 'cnf');
  if (confirmation !== undefined) {
    const { data } = Confirmation.safeParse(confirmation);
    return data ? ok(data.jkt) : refuseProof('binding-unknown');
  }
  const nonce = claimOf(claims, 'nonce');
  return ok(typeof nonce === 'string' ? THUMBPRINT_NONCE.exec(nonce)?.[1] : undefined);
}
