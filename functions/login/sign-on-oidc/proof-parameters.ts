// What Stint asks an OpenID Provider for about how, and how long ago, somebody proved who they are.
import type { OidcConnection } from '../../../shared/rules/sign-on/oidc-connection.ts';

/** Longer than somebody takes who proves themselves with a phone, and no longer than any grant asks for. */
const FRESH_AUTH_AGE_SECONDS = 300;

/**
 * With it an ID token must have auth_time (OpenID Connect Core section 2): without, many providers do not say when somebody
 * proved who they are, and a grant that asks how long ago that was can only refuse.
 */
function maxAge({ maxAuthAgeSeconds: most }: OidcConnection, isFresh: boolean): { max_age?: string } {
  const seconds = isFresh ? Math.min(most ?? FRESH_AUTH_AGE_SECONDS, FRESH_AUTH_AGE_SECONDS) : most;
  return seconds === undefined ? {} : { max_age: String(seconds) };
}

/** Wishes: what counts is auth_time and acr of the ID token, and vend judges those. */
const freshProof = ({ stepUp }: OidcConnection): Record<string, string> => ({
  prompt: 'login',
  ...(stepUp ? { acr_values: stepUp.acrValues.join(' ') } : {}),
});

export const proofParameters = (connection: OidcConnection, isFresh: boolean): Record<string, string> => ({
  ...maxAge(connection, isFresh),
  ...(isFresh ? freshProof(connection) : {}),
});
