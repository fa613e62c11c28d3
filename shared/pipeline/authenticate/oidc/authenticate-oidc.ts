// A token of an OpenID Provider → the caller (OpenID Connect Core section 3.1.3.7). The caller is remembered, so that an
// instance verifies a token once.
import type { KeyOwner } from '../../../identity/key-source.ts';
import type { KnownPrincipals } from '../../../identity/known-principals.ts';
import type { Claims, Principal } from '../../../identity/principal.ts';
import { type VerifyContext, verifyJwt } from '../../../identity/verify-jwt.ts';
import type { Failure } from '../../../kernel/failure.ts';
import { err, ok, type Result } from '../../../kernel/result.ts';
import type { Secret } from '../../../kernel/secret.ts';
import type { OidcProvider } from '../../../rules/providers/oidc.ts';
import { PRESETS } from '../../../rules/providers/presets/presets.ts';
import { identifyPrincipal } from './identify-principal.ts';
import { assertedAddress } from './own-session-token.ts';

interface IdTokenContext extends VerifyContext {
  /** The audience that tokens must name where the provider's entry names none. */
  readonly audience: string;
}

interface OidcContext extends IdTokenContext {
  readonly publicUrl: string;
  readonly known: KnownPrincipals;
}

/** The caller that the token proves. Fails as verifyIdToken and identifyPrincipal do. */
export async function authenticateOidc(
  { token, proofHash }: { readonly token: Secret<string>; readonly proofHash: string },
  provider: OidcProvider,
  context: OidcContext,
): Promise<Result<Principal, Failure>> {
  const claims = await verifyIdToken(token, provider, context);
  if (!claims.ok) return claims;
  const identified = identifyPrincipal(claims.value, provider, proofHash);
  if (!identified.ok) return identified;
  const address = assertedAddress(claims.value, provider, context.publicUrl);
  const principal =
    address === undefined ? identified.value : { ...identified.value, assertedAddress: address };
  // A token that is taken once never comes back, so it is not remembered.
  if (!provider.once) context.known.remember(principal, provider, context.now);
  return ok(principal);
}

const REQUIRED_CLAIMS = ['iss', 'aud', 'sub', 'exp', 'iat'];
const ID_TOKENS = ['jwt'];
/** RFC 9068 section 2.1. */
const WITH_ACCESS_TOKENS = [...ID_TOKENS, 'at+jwt'];

/** Marks a logout token, which looks like an ID token otherwise (OpenID Connect Back-Channel Logout section 2.4). */
const LOGOUT_CLAIM = 'events';

/** The verified claims of an ID token, or of an access token where the provider takes those. Fails as verifyJwt does. */
export async function verifyIdToken(
  token: Secret<string>,
  provider: OidcProvider,
  context: IdTokenContext,
): Promise<Result<Claims, Failure>> {
  const requirements = {
    owner: keyOwner(provider),
    algorithms: provider.algorithms,
    audience: provider.audiences ?? context.audience,
    requiredClaims: REQUIRED_CLAIMS,
    types: takesAccessTokens(provider) ? WITH_ACCESS_TOKENS : ID_TOKENS,
    maxTokenAgeSeconds: provider.maxTokenAgeSeconds,
  };
  const claims = await verifyJwt(token, requirements, context);
  if (claims.ok && LOGOUT_CLAIM in claims.value) return err({ code: 'invalid_token', reason: 'type-wrong' });
  return claims;
}

/** A preset may know where its vendor's keys are: the discovery document of some vendors leads to another host. */
function keyOwner(provider: OidcProvider): KeyOwner {
  const { preset, issuer, jwks, jwksUri } = provider;
  const known = preset === undefined || jwks ? undefined : PRESETS[preset].jwksUri?.(issuer);
  return known === undefined || jwksUri !== undefined ? provider : { ...provider, jwksUri: known };
}

/** Access tokens are refused by default: a service that receives one from its callers could replay it here. */
const takesAccessTokens = ({ accessTokens, preset }: OidcProvider): boolean =>
  accessTokens ?? (preset !== undefined && PRESETS[preset].takesAccessTokens === true);
