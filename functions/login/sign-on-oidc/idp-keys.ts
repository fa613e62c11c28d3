// What an OpenID Provider signed, checked with its keys of now: the same key source as vend's, so that a key that the
// provider has just taken into use is fetched at once, and no more often than its cooldown allows.
import type { KeyOwner, KeySource } from '../../../shared/identity/key-source.ts';
import type { Claims } from '../../../shared/identity/principal.ts';
import { type JwtRules, verifyJwt } from '../../../shared/identity/verify-jwt.ts';
import type { Failure } from '../../../shared/kernel/failure.ts';
import { ProviderId } from '../../../shared/kernel/names.ts';
import type { Result } from '../../../shared/kernel/result.ts';
import { Secret } from '../../../shared/kernel/secret.ts';
import { SIGNATURE_ALGORITHMS } from '../../../shared/kernel/signature-algorithms.ts';
import type { OidcConnection } from '../../../shared/rules/sign-on/oidc-connection.ts';
import type { Flushed } from '../request/oidc-port.ts';

/** It was made for this sign-in, and the provider's clock may be wrong by some minutes. */
const MAX_ID_TOKEN_AGE_SECONDS = 3_600;
/** Sent at once and once; a provider may try again for a while. */
export const LOGOUT_TOKEN_SECONDS = 300;

const ID_TOKEN = {
  requiredClaims: ['iss', 'aud', 'exp', 'iat'],
  types: ['jwt'],
  maxTokenAgeSeconds: MAX_ID_TOKEN_AGE_SECONDS,
};
/** Section 2.4 of OpenID Connect Back-Channel Logout 1.0. Older providers send no `exp`, and an ID token's type or none. */
const LOGOUT_TOKEN = {
  requiredClaims: ['iss', 'aud', 'iat', 'jti'],
  types: ['logout+jwt', 'jwt'],
  maxTokenAgeSeconds: LOGOUT_TOKEN_SECONDS,
};

type Verify = (token: string, now: Date, signOn: Flushed) => Promise<Result<Claims, Failure>>;

export interface IdpKeys {
  /** Beside what openid-client checks of an ID token: who signed it. */
  readonly verifyIdToken: Verify;
  readonly verifyLogoutToken: Verify;
}

export function idpKeys(connection: OidcConnection, jwksUri: string, keys: KeySource): IdpKeys {
  const { issuer, clientId, privateNetwork } = connection;
  const owner: KeyOwner = { id: ProviderId.parse(connection.id), issuer, jwksUri, privateNetwork };
  const signedBy = { owner, algorithms: SIGNATURE_ALGORITHMS, audience: clientId };
  const verifier =
    (kind: Pick<JwtRules, 'requiredClaims' | 'types' | 'maxTokenAgeSeconds'>): Verify =>
    (token, now, { flushed = 0 }) =>
      verifyJwt(
        new Secret(token),
        { ...signedBy, ...kind },
        { keys, now, rules: { flushes: { caches: flushed } } },
      );
  return { verifyIdToken: verifier(ID_TOKEN), verifyLogoutToken: verifier(LOGOUT_TOKEN) };
}
