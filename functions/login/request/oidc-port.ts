// The port to OpenID Providers, implemented in sign-on-oidc/.
import type { Result } from '../../../shared/kernel/result.ts';
import type { Secret } from '../../../shared/kernel/secret.ts';
import type { FirstIdToken } from '../../../shared/people/recheck.ts';
import type { SignedOn } from '../../../shared/people/session.ts';
import type { SignOnFailure } from '../../../shared/people/sign-on-failure.ts';
import type { OidcConnection } from '../../../shared/rules/sign-on/oidc-connection.ts';
import type { SignOnInForce } from '../../../shared/rules/sign-on/sign-on.ts';

/** The claims of a logout token (OpenID Connect Back-Channel Logout 1.0 section 2.4). */
export interface LogoutToken {
  readonly jti: string;
  readonly sub?: string | undefined;
  readonly sid?: string | undefined;
  /** The token ends sessions that began up to this time, with a margin for the provider's clock. */
  readonly endsWhatBeganBy: Date;
}

type Checks = Readonly<Record<'state' | 'nonce' | 'verifier', string>>;

/** Of the rules in force: keys of the provider from before a flush are not accepted. */
export type Flushed = Pick<SignOnInForce, 'flushed'>;

interface Redeemed {
  readonly claims: Readonly<Record<string, unknown>>;
  /** The hint for the provider's sign-out. */
  readonly idToken: Secret<string>;
  /** By which the provider can be asked again. Undefined: it gave none. */
  readonly refreshToken: Secret<string> | undefined;
}

export type Refreshed =
  /** `token`: the one for the next time. */
  | { readonly kind: 'confirmed'; readonly signedOn: SignedOn; readonly token: Secret<string> }
  /** The person is not what they were: disabled, deleted, or signed out; or the answer does not pass a check. */
  | { readonly kind: 'refused'; readonly failure: SignOnFailure }
  /** The provider did not judge the token, which may be sent again. `token`: in place of the one that was sent. */
  | { readonly kind: 'unused'; readonly failure: SignOnFailure; readonly token?: Secret<string> }
  /** The token may have been used up: sent again, it could look stolen. */
  | { readonly kind: 'unknown'; readonly failure: SignOnFailure };

export interface OidcClient {
  authorizationUrl(
    connection: OidcConnection,
    redirectUri: string,
    checks: Checks,
    /** The person must authenticate again, even if the provider still has a session. */
    isFresh: boolean,
  ): Promise<Result<URL, SignOnFailure>>;
  /** `callback`: the whole URL that the browser was redirected to. */
  redeem(
    connection: OidcConnection,
    callback: URL,
    checks: Checks,
    signOn: Flushed,
  ): Promise<Result<Redeemed, SignOnFailure>>;
  /** Asks the provider again about a person, by its refresh token. */
  refresh(
    connection: OidcConnection,
    token: Secret<string>,
    first: FirstIdToken,
    signOn: Flushed,
  ): Promise<Refreshed>;
  /** The URL to sign out at the provider, without a hint. Undefined: the provider has none. */
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
