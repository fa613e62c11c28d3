// What login asks of an OpenID Provider, as the routes see it; sign-on-oidc/ does it.
import type { Result } from '../../../shared/kernel/result.ts';
import type { Secret } from '../../../shared/kernel/secret.ts';
import type { SignOnFailure } from '../../../shared/people/sign-on-failure.ts';
import type { OidcConnection } from '../../../shared/rules/sign-on/oidc-connection.ts';
import type { SignOnInForce } from '../../../shared/rules/sign-on/sign-on.ts';

/** What a logout token says (OpenID Connect Back-Channel Logout 1.0 section 2.4). */
export interface LogoutToken {
  readonly jti: string;
  readonly sub?: string | undefined;
  readonly sid?: string | undefined;
  /** What began later, it does not mean. The provider's clock may be a little behind ours. */
  readonly endsWhatBeganBy: Date;
}

type Checks = Readonly<Record<'state' | 'nonce' | 'verifier', string>>;

/** Of the section in force: from before a flush no key of the provider counts. */
export type Flushed = Pick<SignOnInForce, 'flushed'>;

interface Redeemed {
  readonly claims: Readonly<Record<string, unknown>>;
  /** As the provider signed it: whom its sign-out is shown, it knows. */
  readonly idToken: Secret<string>;
}

export interface OidcClient {
  authorizationUrl(
    connection: OidcConnection,
    redirectUri: string,
    checks: Checks,
    /** The person shall prove themselves again, even if the provider still knows them. */
    isFresh: boolean,
  ): Promise<Result<URL, SignOnFailure>>;
  /** `callback` is the whole address that the browser came to. */
  redeem(
    connection: OidcConnection,
    callback: URL,
    checks: Checks,
    signOn: Flushed,
  ): Promise<Result<Redeemed, SignOnFailure>>;
  /** Where a person signs out at the provider; undefined where it has no such page. Without a hint of who it is. */
  endSessionUrl(
    connection: OidcConnection,
    returnTo: string,
  ): Promise<Result<URL | undefined, SignOnFailure>>;
  readLogoutToken(
    connection: OidcConnection,
    token: string,
    signOn: Flushed,
  ): Promise<Result<LogoutToken, SignOnFailure>>;
}
