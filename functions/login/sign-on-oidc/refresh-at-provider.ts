// Asks an OpenID Provider again about a person who signed on there, by its refresh token (OpenID Connect Core section 12). What
// the answer must be is what it must be at a sign-on; and whether the token may be sent again is said in each case, since a
// provider that rotates its tokens ends the whole family when an old one comes (RFC 9700 section 4.14.2).
import * as openid from 'openid-client';
import type { Clock } from '../../../shared/kernel/clock.ts';
import { Secret } from '../../../shared/kernel/secret.ts';
import type { FirstIdToken } from '../../../shared/people/recheck.ts';
import type { SignOnFailure } from '../../../shared/people/sign-on-failure.ts';
import type { OidcConnection } from '../../../shared/rules/sign-on/oidc-connection.ts';
import type { Flushed, OidcClient, Refreshed } from '../request/oidc-port.ts';
import { unreachableFault } from './fetch-from-idp.ts';
import { type IdpTokens, readIdToken } from './idp-tokens.ts';

interface RefreshParts {
  readonly clock: Clock;
  readonly discovered: (
    connection: OidcConnection,
  ) => Promise<{ readonly configuration: openid.Configuration; readonly tokens: IdpTokens }>;
  /** `sent`: values that the provider was sent and may repeat in an error. */
  readonly failureOf: (
    error: unknown,
    connection: OidcConnection,
    sent: readonly string[],
  ) => Promise<SignOnFailure>;
}

export const refreshWith =
  ({ clock, discovered, failureOf }: RefreshParts): OidcClient['refresh'] =>
  async (connection, token, first, signOn) => {
    const sent = [token.reveal()];
    const found = await discovered(connection).catch((error: unknown) => ({ error }));
    if ('error' in found) return { kind: 'unused', failure: await failureOf(found.error, connection, sent) };
    try {
      const answer = await openid.refreshTokenGrant(found.configuration, token.reveal());
      return judgeAnswer(answer, {
        connection,
        token,
        first,
        signOn,
        tokens: found.tokens,
        now: clock.now(),
      });
    } catch (error) {
      return { kind: kindOf(error), failure: await failureOf(error, connection, sent) };
    }
  };

/**
 * Errors that are about the person or the token: RFC 6749 section 5.2, and those of the authorization endpoint that Entra ID
 * answers here with (OpenID Connect Core section 3.1.2.6).
 */
const ABOUT_THE_PERSON: ReadonlySet<string> = new Set([
  'invalid_grant',
  'access_denied',
  'interaction_required',
  'login_required',
  'consent_required',
  'account_selection_required',
]);

/** With these, nothing was sent: the metadata name no token endpoint, or one that may not be used. */
const UNSENT: ReadonlySet<unknown> = new Set([
  'OAUTH_MISSING_SERVER_METADATA',
  'OAUTH_INVALID_SERVER_METADATA',
  'OAUTH_HTTP_REQUEST_FORBIDDEN',
  'OAUTH_REQUEST_PROTOCOL_FORBIDDEN',
]);

/** With these, no answer was read that says what became of the token. */
const UNREAD: ReadonlySet<unknown> = new Set([
  'OAUTH_PARSE_ERROR',
  'OAUTH_RESPONSE_IS_NOT_JSON',
  'OAUTH_RESPONSE_IS_NOT_CONFORM',
  'OAUTH_TIMEOUT',
  'OAUTH_ABORT',
]);

const isClientError = (cause: unknown): boolean =>
  cause instanceof Response && cause.status >= 400 && cause.status < 500;

/** A status below 500 says that the provider issued nothing, and so does 503: it cannot handle requests (RFC 9110 section 15.6.4). */
function kindOf(error: unknown): 'refused' | 'unused' | 'unknown' {
  if (error instanceof openid.ResponseBodyError)
    return ABOUT_THE_PERSON.has(error.error) ? 'refused' : 'unused';
  if (error instanceof openid.WWWAuthenticateChallengeError) return 'unused';
  const unreachable = unreachableFault(error);
  if (unreachable !== undefined)
    return unreachable === 'no-answer' || unreachable === 'status' ? 'unknown' : 'unused';
  if (!(error instanceof openid.ClientError)) return 'unknown';
  if (UNSENT.has(error.code) || isClientError(error.cause)) return 'unused';
  return UNREAD.has(error.code) ? 'unknown' : 'refused';
}

interface AnswerContext {
  readonly connection: OidcConnection;
  readonly token: Secret<string>;
  readonly first: FirstIdToken;
  readonly signOn: Flushed;
  readonly tokens: IdpTokens;
  readonly now: Date;
}

const refuse = (cause: string): Refreshed => ({
  kind: 'refused',
  failure: { code: 'sign_on_refused', reason: 'answer-refused', cause },
});

/** openid-client has checked `iss`, `aud` and the times. */
async function judgeAnswer(
  answer: openid.TokenEndpointResponse & openid.TokenEndpointResponseHelpers,
  { connection, token, first, signOn, tokens, now }: AnswerContext,
): Promise<Refreshed> {
  const next = answer.refresh_token === undefined ? token : new Secret(answer.refresh_token);
  const claims = answer.claims();
  // Without an ID token the provider says that the account is there, and nothing of its groups.
  if (!claims || answer.id_token === undefined) return refuse('id-token-missing');
  const signed = await tokens.verifyIdToken(answer.id_token, now, signOn);
  if (!signed.ok && signed.error.code === 'keys_unavailable') {
    const failure = {
      code: 'idp_unavailable',
      reason: 'idp-unreachable',
      cause: signed.error.reason,
    } as const;
    return { kind: 'unused', failure, token: next };
  }
  if (!signed.ok) return refuse(signed.error.reason);
  const unlike = unlikeFirst(claims, first);
  if (unlike !== undefined) return refuse(`${unlike}-differs`);
  const signedOn = readIdToken(claims, connection, now);
  return signedOn.ok
    ? { kind: 'confirmed', signedOn: signedOn.value, token: next }
    : { kind: 'refused', failure: signedOn.error };
}

/** OpenID Connect Core section 12.2: `sub` and `azp` are the same; `nonce`, too, if it is there at all. */
function unlikeFirst(claims: openid.IDToken, first: FirstIdToken): keyof FirstIdToken | undefined {
  if (claims.sub !== first.sub) return 'sub';
  if (claims.azp !== first.azp) return 'azp';
  return claims.nonce === undefined || claims.nonce === first.nonce ? undefined : 'nonce';
}
