// The tokens of an OpenID Provider: who signed them, and what they say. They are verified with the same key source as vend's
// tokens, so a key that the provider has just taken into use is fetched at once, and no more often than the source allows.
import * as z from 'zod';
import {
  areGroupsElsewhere,
  judgeAuthTime,
  MULTIPLE_FACTORS,
  readMethods,
  usedSecondFactor,
} from '../../../shared/identity/judge-claims.ts';
import type { KeyOwner, KeySource } from '../../../shared/identity/key-source.ts';
import type { Claims } from '../../../shared/identity/principal.ts';
import { type JwtRequirements, verifyJwt } from '../../../shared/identity/verify-jwt.ts';
import { CLOCK_TOLERANCE_MS } from '../../../shared/kernel/clock.ts';
import type { Failure } from '../../../shared/kernel/failure.ts';
import { ProviderId } from '../../../shared/kernel/names.ts';
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import { Secret } from '../../../shared/kernel/secret.ts';
import { SIGNATURE_ALGORITHMS } from '../../../shared/kernel/signature-algorithms.ts';
import type { FirstIdToken } from '../../../shared/people/recheck.ts';
import type { SignedOn } from '../../../shared/people/session.ts';
import type { SignOnFailure } from '../../../shared/people/sign-on-failure.ts';
import { claimOf } from '../../../shared/rules/providers/presets/preset.ts';
import type { OidcConnection } from '../../../shared/rules/sign-on/oidc-connection.ts';
import { groupFilter, namedClaim } from '../../../shared/rules/values/groups-source.ts';
import {
  firstUnmetClaim,
  formatUnmetClaim,
  scalarsOf,
} from '../../../shared/rules/values/required-claims.ts';
import type { Flushed, LogoutToken } from '../request/oidc-port.ts';
import { checkIdentity } from '../sign-on/check-identity.ts';

/** The token was made for this sign-on; the provider's clock may be wrong by some minutes. */
const MAX_ID_TOKEN_AGE_SECONDS = 3_600;
/** A logout token is sent at once; a provider may repeat it for a while. */
export const LOGOUT_TOKEN_SECONDS = 300;

type TokenRules = Pick<JwtRequirements, 'requiredClaims' | 'types' | 'maxTokenAgeSeconds'>;

/** OpenID Connect Core section 2. */
const ID_TOKEN: TokenRules = {
  requiredClaims: ['iss', 'aud', 'exp', 'iat'],
  types: ['jwt'],
  maxTokenAgeSeconds: MAX_ID_TOKEN_AGE_SECONDS,
};
/** OpenID Connect Back-Channel Logout 1.0 section 2.4. Older providers send no `exp`, and an ID token's type or none. */
const LOGOUT_TOKEN: TokenRules = {
  requiredClaims: ['iss', 'aud', 'iat', 'jti'],
  types: ['logout+jwt', 'jwt'],
  maxTokenAgeSeconds: LOGOUT_TOKEN_SECONDS,
};

/** Fails as `verifyJwt` does: with `invalid_token`, or with `keys_unavailable` if the provider's keys cannot be had. */
type Verify = (token: string, now: Date, signOn: Flushed) => Promise<Result<Claims, Failure>>;

export interface IdpTokens {
  /** Checks who signed an ID token; openid-client checks the rest. */
  readonly verifyIdToken: Verify;
  readonly verifyLogoutToken: Verify;
}

export function idpTokens(connection: OidcConnection, jwksUri: string, keys: KeySource): IdpTokens {
  const { issuer, clientId, privateNetwork } = connection;
  const owner: KeyOwner = { id: ProviderId.parse(connection.id), issuer, jwksUri, privateNetwork };
  const signedBy = { owner, algorithms: SIGNATURE_ALGORITHMS, audience: clientId };
  const verifier =
    (rules: TokenRules): Verify =>
    (token, now, { flushed = 0 }) =>
      verifyJwt(
        new Secret(token),
        { ...signedBy, ...rules },
        { keys, now, rules: { flushes: { caches: flushed } } },
      );
  return { verifyIdToken: verifier(ID_TOKEN), verifyLogoutToken: verifier(LOGOUT_TOKEN) };
}

/**
 * The claims of a verified ID token → who signed on, by the claims that the connection names. A claim that is absent is left
 * out. Fails with `sign_on_refused`.
 */
export function readIdToken(
  claims: Claims,
  connection: OidcConnection,
  now: Date,
): Result<SignedOn, SignOnFailure> {
  const unmet = firstUnmetClaim(connection.require, (name) => claimOf(claims, name));
  if (unmet !== undefined)
    return err({ code: 'sign_on_refused', reason: 'claims-unusable', cause: formatUnmetClaim(unmet) });
  const listed = namedClaim(connection.groups);
  const identity = checkIdentity(connection.id, {
    subject: claimOf(claims, connection.subject),
    groups: listed === undefined ? undefined : claimOf(claims, listed),
    areGroupsElsewhere: areGroupsElsewhere(claims, listed),
    filter: groupFilter(connection.groups),
    claims: mappedClaims(claims, connection.claims),
    person: connection.person && { value: claimOf(claims, connection.person.claim) },
  });
  if (!identity.ok) return err({ code: 'sign_on_refused', ...identity.error });
  const authTime = judgeAuthTime(claims, now);
  if (!authTime.ok) return err({ code: 'sign_on_refused', reason: authTime.error });
  const { sid } = claims;
  return ok({
    connection: connection.id,
    ...identity.value,
    said: scalarsOf(connection, (name) => claimOf(claims, name)),
    ...(authTime.value ? { authenticatedAt: authTime.value } : {}),
    methods: methodsOf(claims, connection),
    ...(typeof sid === 'string' && sid !== '' ? { idpSession: sid } : {}),
  });
}

/** The claims that the ID tokens of later refreshes are compared with. */
export const firstIdToken = ({ iss, sub, nonce, azp }: Claims): FirstIdToken => ({
  iss: String(iss),
  sub: String(sub),
  ...(typeof nonce === 'string' && { nonce }),
  ...(typeof azp === 'string' && { azp }),
});

/** Authentication methods (RFC 8176), with `mfa` added if this provider tells of a second factor in another way. */
function methodsOf(claims: Claims, { mfaContexts }: OidcConnection): string[] {
  const methods = readMethods(claims) ?? [];
  const isMultiple = usedSecondFactor(claims, mfaContexts) && !methods.includes(MULTIPLE_FACTORS);
  return isMultiple ? [...methods, MULTIPLE_FACTORS] : [...methods];
}

const mappedClaims = (claims: Claims, mapping: OidcConnection['claims']) =>
  Object.fromEntries(Object.entries(mapping).map(([name, source]) => [name, claimOf(claims, source)]));

const LOGOUT_EVENT = 'http://schemas.openid.net/event/backchannel-logout';
const Name = z.string().min(1).max(512);

const LogoutClaims = z.object({
  jti: Name,
  iat: z.number(),
  sub: Name.optional(),
  sid: Name.optional(),
  events: z.object({ [LOGOUT_EVENT]: z.object({}) }),
  /** Section 2.4: an ID token may have one, a logout token must not. */
  nonce: z.undefined().optional(),
});

/**
 * The claims of a verified logout token (OpenID Connect Back-Channel Logout 1.0 section 2.6). An ID token of the same issuer
 * for the same client is refused: it must not sign anybody out. Fails with `logout_refused`.
 */
export function readLogoutToken(claims: Claims): Result<LogoutToken, SignOnFailure> {
  const { data } = LogoutClaims.safeParse(claims);
  if (!data || (data.sub === undefined && data.sid === undefined))
    return err({ code: 'logout_refused', reason: 'logout-token-refused', cause: 'claims' });
  const { jti, iat, sub, sid } = data;
  return ok({
    jti,
    endsWhatBeganBy: new Date(iat * 1000 + CLOCK_TOLERANCE_MS),
    ...(sub === undefined ? {} : { sub }),
    ...(sid === undefined ? {} : { sid }),
  });
}
