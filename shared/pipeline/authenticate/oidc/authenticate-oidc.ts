// A token of an OpenID Provider → the caller (OpenID Connect Core section 3.1.3.7). The caller is remembered, so that an
// instance verifies a token once.
import type { KeyOwner } from '../../../identity/key-source.ts';
import type { KnownPrincipals } from '../../../identity/known-principals.ts';
import type { Claims, Principal } from '../../../identity/principal.ts';
import { type JwtRequirements, type VerifyContext, verifyJwt } from '../../../identity/verify-jwt.ts';
import type { Failure } from '../../../kernel/failure.ts';
import { err, ok, type Result } from '../../../kernel/result.ts';
import type { Secret } from '../../../kernel/secret.ts';
import { type OidcProvider, tokenTypesOf } from '../../../rules/providers/oidc.ts';
import type { Preset } from '../../../rules/providers/presets/preset.ts';
import { PRESETS } from '../../../rules/providers/presets/presets.ts';
import { identifyPrincipal } from './identify-principal.ts';
import { assertedAddress } from './own-session-token.ts';
import { openProviderCondition } from './provider-condition.ts';

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
  const condition = await openProviderCondition(provider);
  const identified = identifyPrincipal(claims.value, provider, { proofHash, condition });
  if (!identified.ok) return identified;
  const address = assertedAddress(claims.value, provider, context.publicUrl);
  const principal =
    address === undefined ? identified.value : { ...identified.value, assertedAddress: address };
  // A token that is taken once never comes back, so it is not remembered.
  if (!provider.once) context.known.remember(principal, provider, context.now);
  return ok(principal);
}

/** A token without `aud` may be meant for another service, one without `exp` never ends. */
const REQUIRED_CLAIMS = ['iss', 'aud', 'sub', 'exp', 'iat'] as const;
const ID_TYPE = 'jwt';
/** RFC 9068 section 2.1. */
const ACCESS_TYPE = 'at+jwt';

/** Marks a logout token, which looks like an ID token otherwise (OpenID Connect Back-Channel Logout section 2.4). */
const LOGOUT_CLAIM = 'events';

const presetOf = ({ preset }: OidcProvider): Preset | undefined =>
  preset === undefined ? undefined : PRESETS[preset];

/** The verified claims of an ID token, or of an access token where the provider takes those. Fails as verifyJwt does. */
export async function verifyIdToken(
  token: Secret<string>,
  provider: OidcProvider,
  context: IdTokenContext,
): Promise<Result<Claims, Failure>> {
  const claims = await verifyJwt(token, requirementsOf(provider, context.audience), context);
  if (!claims.ok) return claims;
  // Only where the entry says tokenTypes: accessTokens is about the header alone.
  const type = provider.tokenTypes && presetOf(provider)?.tokenTypeOf?.(claims.value);
  const isOther = type !== undefined && !tokenTypesOf(provider).includes(type);
  return isOther || LOGOUT_CLAIM in claims.value
    ? err({ code: 'invalid_token', reason: 'type-wrong' })
    : claims;
}

interface Required {
  /** Of the deployment. */
  readonly audience: string;
  readonly requirements: JwtRequirements;
}

/** Entries of providers are immutable, so that each is read once; a changed document brings another. */
const required = new WeakMap<OidcProvider, Required>();

function requirementsOf(provider: OidcProvider, audience: string): JwtRequirements {
  const known = required.get(provider);
  if (known?.audience === audience) return known.requirements;
  const requirements = readRequirements(provider, audience);
  required.set(provider, { audience, requirements });
  return requirements;
}

function readRequirements(provider: OidcProvider, audience: string): JwtRequirements {
  const preset = presetOf(provider);
  const audienceClaim = provider.audience?.claim ?? preset?.audienceClaim;
  const mayLack = preset?.mayLack;
  const optional: readonly string[] = [...(mayLack ?? []), ...(audienceClaim === undefined ? [] : ['aud'])];
  return {
    owner: keyOwner(provider),
    algorithms: provider.algorithms,
    audience: provider.audiences ?? audience,
    audienceClaim,
    mayLack,
    requiredClaims: REQUIRED_CLAIMS.filter((claim) => !optional.includes(claim)),
    ...headerTypes(provider),
    maxTokenAgeSeconds: provider.maxTokenAgeSeconds,
  };
}

/** Where the vendor's claims say which token it is, the header may say either. */
function headerTypes(provider: OidcProvider): Pick<JwtRequirements, 'types' | 'isTypeRequired'> {
  const preset = presetOf(provider);
  const taken = tokenTypesOf(provider);
  const isTold = provider.tokenTypes !== undefined && preset?.tokenTypeOf !== undefined;
  const ofId = taken.includes('id') || isTold ? [ID_TYPE, ...(preset?.headerTypes ?? [])] : [];
  const ofAccess = taken.includes('access') ? [ACCESS_TYPE] : [];
  return { types: [...ofId, ...ofAccess], isTypeRequired: ofId.length === 0 };
}

/** A preset may know where its vendor's keys are: the discovery document of some vendors leads to another host. */
function keyOwner(provider: OidcProvider): KeyOwner {
  const { issuer, jwks, jwksUri } = provider;
  const known = jwks ? undefined : presetOf(provider)?.jwksUri?.(issuer);
  return known === undefined || jwksUri !== undefined ? provider : { ...provider, jwksUri: known };
}
