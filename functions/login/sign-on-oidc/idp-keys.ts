// What an OpenID Provider signed, checked with its keys of now: the same key source as vend's, so that a key that the
// provider has just taken into use is fetched at once, and no more often than its cooldown allows.
import { type CryptoKey, decodeProtectedHeader } from 'jose';
import type { Failure } from '../../../shared/errors.ts';
import { verifyJwt } from '../../../shared/identity/verify-jwt.ts';
import { ProviderId } from '../../../shared/kernel/names.ts';
import type { Result } from '../../../shared/kernel/result.ts';
import { Secret } from '../../../shared/kernel/secret.ts';
import { SIGNATURE_ALGORITHMS } from '../../../shared/kernel/signature-algorithms.ts';
import type { KeyOwner, KeySource } from '../../../shared/ports.ts';
import type { OidcConnection } from '../../../shared/rules/sign-on/oidc-connection.ts';
import type { Flushed } from '../request/oidc-port.ts';

/** It was made for this sign-in, and the provider's clock may be wrong by some minutes. */
const MAX_ID_TOKEN_AGE_SECONDS = 3_600;

export interface IdpKeys {
  /** Beside what openid-client checks of an ID token: who signed it. */
  verifyIdToken(token: string, now: Date, signOn: Flushed): Promise<Result<unknown, Failure>>;
  /** The keys that this token's header may mean; none for what is no token. */
  keysFor(token: string, signOn: Flushed): Promise<readonly CryptoKey[]>;
}

export function idpKeys(connection: OidcConnection, jwksUri: string, keys: KeySource): IdpKeys {
  const { issuer, clientId, privateNetwork } = connection;
  const owner: KeyOwner = { id: ProviderId.parse(connection.id), issuer, jwksUri, privateNetwork };
  const rules = {
    owner,
    algorithms: SIGNATURE_ALGORITHMS,
    audience: clientId,
    requiredClaims: ['iss', 'aud', 'exp', 'iat'],
    types: ['jwt'],
    maxTokenAgeSeconds: MAX_ID_TOKEN_AGE_SECONDS,
  };
  return {
    verifyIdToken: (token, now, { flushed = 0 }) =>
      verifyJwt(new Secret(token), rules, { keys, now, rules: { flushes: { caches: flushed } } }),
    async keysFor(token, { flushed = 0 }) {
      const header = headerOf(token);
      const found = header && (await keys.find({ ...owner, flushed }, header));
      return found?.ok ? found.value : [];
    },
  };
}

function headerOf(token: string): { readonly alg: string; readonly kid?: string } | undefined {
  try {
    const { alg, kid } = decodeProtectedHeader(token);
    return alg === undefined ? undefined : { alg, ...(kid === undefined ? {} : { kid }) };
  } catch {
    return undefined;
  }
}
