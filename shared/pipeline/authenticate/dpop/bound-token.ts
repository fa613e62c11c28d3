// Which tokens only the holder of a key may use: those that are bound to a key, and those whose provider wants them bound.
// They are refused without a DPoP proof (RFC 9449 section 7.2); otherwise a thief could leave the proof out. Every request
// with a JWT runs this file; dpop-verifier.ts, which checks proofs, is loaded with the first proof.
import * as z from 'zod';
import type { Claims, Principal } from '../../../identity/principal.ts';
import type { DpopReason, Failure } from '../../../kernel/failure.ts';
import { err, ok, type Result } from '../../../kernel/result.ts';
import type { Provider } from '../../../rules/document/provider.ts';

/**
 * Accepts a token without a proof. Fails with `dpop-missing` when the token is bound or its provider wants proofs, and with
 * `binding-unknown` as confirmedKey does.
 */
export function refuseBearer(principal: Principal, provider: Provider): Result<Principal, Failure> {
  const confirmed = confirmedKey(principal.claims);
  if (!confirmed.ok) return confirmed;
  const isFree = confirmed.value === undefined && dpopRulesOf(provider).dpop === undefined;
  return isFree ? ok(principal) : refuseProof('dpop-missing');
}

interface DpopRules {
  readonly dpop?: 'required' | 'issuer-bound' | undefined;
  readonly dpopNonces?: boolean;
}

/** Whether the provider's tokens must be bound to a key. */
export function dpopRulesOf(provider: Provider): DpopRules {
  switch (provider.kind) {
    case 'oidc':
      return provider;
    // An assertion is already signed for one request. The other two kinds have no tokens.
    case 'assertion':
    case 'certificate':
    case 'aliyun':
      return {};
  }
}

/**
 * `cnf` (RFC 7800 section 3.1) with the thumbprint of RFC 9449 section 6.1. The other member is an addition of Keycloak 26 and
 * changes nothing.
 */
const Confirmation = z.strictObject({ jkt: z.string(), 'kc-jkt-type': z.literal('DPoP').optional() });

/**
 * The URI of a thumbprint (RFC 9278). A client that signs in with this as its OpenID Connect nonce gets an ID token that
 * names the client's key from any OpenID Provider.
 */
const THUMBPRINT_NONCE = /^urn:ietf:params:oauth:jwk-thumbprint:sha-256:([A-Za-z0-9_-]{43})$/;

const claimOf = (claims: Claims, name: string): unknown =>
  Object.hasOwn(claims, name) ? claims[name] : undefined;

/**
 * The thumbprint (RFC 7638, SHA-256, base64url) of the key that the token is bound to; undefined when it is bound to none.
 * Fails with `binding-unknown` for a binding that Stint cannot check: if it were ignored, a thief could use the token.
 */
export function confirmedKey(claims: Claims): Result<string | undefined, Failure> {
  const confirmation = claimOf(claims, 'cnf');
  if (confirmation !== undefined) {
    const { data } = Confirmation.safeParse(confirmation);
    return data ? ok(data.jkt) : refuseProof('binding-unknown');
  }
  const nonce = claimOf(claims, 'nonce');
  return ok(typeof nonce === 'string' ? THUMBPRINT_NONCE.exec(nonce)?.[1] : undefined);
}

/** `dpop` makes the answer name the scheme (RFC 9449 section 7.1); `nonce` is the one that the next proof must hold. */
export const dpopFailure = (reason: DpopReason, nonce?: string): Failure => ({
  code: 'invalid_token',
  reason,
  dpop: nonce === undefined ? {} : { nonce },
});

export const refuseProof = (
  reason: DpopReason,
  nonce?: string,
): { readonly ok: false; readonly error: Failure } => err(dpopFailure(reason, nonce));
