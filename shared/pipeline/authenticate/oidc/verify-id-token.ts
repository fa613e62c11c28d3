// An OIDC ID token → its claims, verified (OpenID Connect Core section 3.1.3.7).

import type { KeyOwner } from '../../../identity/key-source.ts';
import type { Claims } from '../../../identity/principal.ts';
import { type VerifyContext, verifyJwt } from '../../../identity/verify-jwt.ts';
import type { Failure } from '../../../kernel/failure.ts';
import { err, type Result } from '../../../kernel/result.ts';
import type { Secret } from '../../../kernel/secret.ts';
import type { OidcProvider } from '../../../rules/providers/oidc.ts';
import { PRESETS } from '../../../rules/providers/presets/presets.ts';

const REQUIRED_CLAIMS = ['iss', 'aud', 'sub', 'exp', 'iat'];
const ID_TOKENS = ['jwt'];
/** RFC 9068 section 2.1. */
const WITH_ACCESS_TOKENS = [...ID_TOKENS, 'at+jwt'];

/** A logout token has issuer, audience and subject too (OpenID Connect Back-Channel Logout section 2.4). */
const LOGOUT_CLAIM = 'events';

/** A vendor's discovery document may lead to another host, which the preset knows. */
function keyOwner(provider: OidcProvider): KeyOwner {
  const { preset, issuer, jwks, jwksUri } = provider;
  const known = preset === undefined || jwks ? undefined : PRESETS[preset].jwksUri?.(issuer);
  return known === undefined || jwksUri !== undefined ? provider : { ...provider, jwksUri: known };
}

/** Whoever holds an access token may have got it as another service's caller: the entry or its preset has to say so. */
const takesAccessTokens = ({ accessTokens, preset }: OidcProvider): boolean =>
  accessTokens ?? (preset !== undefined && PRESETS[preset].takesAccessTokens === true);

export async function verifyIdToken(
  token: Secret<string>,
  provider: OidcProvider,
  context: VerifyContext & { readonly audience: string },
): Promise<Result<Claims, Failure>> {
  const rules = {
    owner: keyOwner(provider),
    algorithms: provider.algorithms,
    audience: provider.audiences ?? context.audience,
    requiredClaims: REQUIRED_CLAIMS,
    types: takesAccessTokens(provider) ? WITH_ACCESS_TOKENS : ID_TOKENS,
    maxTokenAgeSeconds: provider.maxTokenAgeSeconds,
  };
  const claims = await verifyJwt(token, rules, context);
  if (claims.ok && LOGOUT_CLAIM in claims.value) return err({ code: 'invalid_token', reason: 'type-wrong' });
  return claims;
}
