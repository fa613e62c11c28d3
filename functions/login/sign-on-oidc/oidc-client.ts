// Stint as a client of OpenID Providers (OpenID Connect Core, RP-Initiated Logout and Back-Channel Logout). openid-client makes
// the protocol's checks; this file chooses the strict ones and adds the signature's.
import { decodeProtectedHeader } from 'jose';
import * as openid from 'openid-client';
import type { KeySource } from '../../../shared/identity/key-source.ts';
import { CLOCK_TOLERANCE_SECONDS, type Clock } from '../../../shared/kernel/clock.ts';
import { isEndpointUrl } from '../../../shared/kernel/endpoint-url.ts';
import type { Failure } from '../../../shared/kernel/failure.ts';
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import { Secret } from '../../../shared/kernel/secret.ts';
import { SIGNATURE_ALGORITHMS } from '../../../shared/kernel/signature-algorithms.ts';
import type { SendToIdp } from '../../../shared/people/idp-port.ts';
import type { SignOnFailure } from '../../../shared/people/sign-on-failure.ts';
import type { OidcConnection } from '../../../shared/rules/sign-on/oidc-connection.ts';
import type { ClientSecrets } from '../keys/client-secrets.ts';
import type { SessionKeys } from '../keys/session-key-set.ts';
import type { OidcClient } from '../request/oidc-port.ts';
import { authenticateClient, sentSecrets } from './authenticate-client.ts';
import { fetchFromIdp, spareProvider } from './fetch-from-idp.ts';
import { type IdpTokens, idpTokens, readLogoutToken } from './idp-tokens.ts';
import {
  discoveryFault,
  failureOf,
  IdTokenRefused,
  logoutFailureOf,
  ProviderMismatch,
  pushFault,
} from './oidc-failure.ts';
import { refreshWith } from './refresh-at-provider.ts';

/** Read at each use: login changes its keys while it runs. */
interface OwnCredentials {
  readonly keys: SessionKeys;
  readonly secrets: ClientSecrets;
}

/** `send` and `keySource` serve all connections. */
export function createOidcClient(
  clock: Clock,
  credentials: OwnCredentials,
  send: SendToIdp,
  keySource: KeySource,
): OidcClient {
  const discovered = discoveryCache(clock, credentials, spareProvider(send, clock), keySource);

  /** `sent`: more values that the provider was sent and may repeat in an error. */
  const attempt: Attempt = async (connection, work, sent = []) => {
    try {
      const { configuration, tokens } = await discovered(connection);
      return ok(await work(configuration, tokens));
    } catch (error) {
      const secrets = [...sentSecrets(connection, credentials.secrets), ...sent];
      return err(await failureOf(error, connection, secrets));
    }
  };

  return {
    authorizationUrl: authorizationUrlWith(attempt),
    redeem: redeemWith(attempt, clock),
    refresh: refreshWith({
      clock,
      discovered,
      failureOf: (error, connection, sent) =>
        failureOf(error, connection, [...sentSecrets(connection, credentials.secrets), ...sent]),
    }),
    endSessionUrl: (connection, returnTo) =>
      attempt(connection, (configuration) =>
        isEndpointUrl(configuration.serverMetadata().end_session_endpoint ?? '')
          ? openid.buildEndSessionUrl(configuration, { post_logout_redirect_uri: returnTo })
          : undefined,
      ),

    async readLogoutToken(connection, token, signOn) {
      const verified = await attempt(connection, (_, tokens) =>
        tokens.verifyLogoutToken(token, clock.now(), signOn),
      );
      if (!verified.ok) return verified;
      const claims = verified.value;
      return claims.ok ? readLogoutToken(claims.value) : err(logoutFailureOf(claims.error));
    },
  };
}

/** Discovers the connection's provider, does the work, and turns what it throws into a failure. */
type Attempt = <T>(
  connection: OidcConnection,
  work: (configuration: openid.Configuration, tokens: IdpTokens) => Promise<T> | T,
  sent?: readonly string[],
) => Promise<Result<T, SignOnFailure>>;

const authorizationUrlWith =
  (attempt: Attempt): OidcClient['authorizationUrl'] =>
  (connection, redirectUri, { state, nonce, verifier }, isFresh) =>
    attempt(connection, async (configuration) => {
      const parameters = {
        redirect_uri: redirectUri,
        scope: connection.scopes.join(' '),
        state,
        nonce,
        code_challenge: await openid.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        ...proofParameters(connection, isFresh),
      };
      return isPushed(connection, configuration)
        ? push(configuration, parameters)
        : openid.buildAuthorizationUrl(configuration, parameters);
    });

/** A provider may demand it of one client alone, which its metadata do not say: the connection does. */
function isPushed({ pushedRequests }: OidcConnection, configuration: openid.Configuration): boolean {
  return pushedRequests ?? configuration.serverMetadata().require_pushed_authorization_requests === true;
}

/**
 * Sends the request to the provider, with the client's authentication, and gives the URL that names it (RFC 9126). The browser
 * does not see the parameters, and the person cannot change them.
 */
async function push(
  configuration: openid.Configuration,
  parameters: Readonly<Record<string, string>>,
): Promise<URL> {
  const endpoint = 'pushed_authorization_request_endpoint';
  if (configuration.serverMetadata()[endpoint] === undefined)
    throw new ProviderMismatch('metadata-missing', endpoint);
  return openid.buildAuthorizationUrlWithPAR(configuration, parameters).catch((error: unknown) => {
    throw pushFault(error);
  });
}

const redeemWith =
  (attempt: Attempt, clock: Clock): OidcClient['redeem'] =>
  (connection, callback, { state, nonce, verifier }, signOn) =>
    attempt(
      connection,
      async (configuration, tokens) => {
        const answer = await openid.authorizationCodeGrant(configuration, callback, {
          expectedState: state,
          expectedNonce: nonce,
          pkceCodeVerifier: verifier,
          idTokenExpected: true,
          ...(connection.maxAuthAgeSeconds === undefined ? {} : { maxAge: connection.maxAuthAgeSeconds }),
        });
        const claims = answer.claims();
        if (!claims || answer.id_token === undefined) throw new Error('no ID token');
        // OpenID Connect Core section 3.1.3.7 lets a client trust TLS alone; the signature is verified all the same.
        const signed = await tokens.verifyIdToken(answer.id_token, clock.now(), signOn);
        if (!signed.ok) throw refusedIdToken(signed.error, answer.id_token);
        const { refresh_token: refreshed } = answer;
        const refreshToken = refreshed === undefined ? undefined : new Secret(refreshed);
        return { claims, idToken: new Secret(answer.id_token), refreshToken };
      },
      [verifier, callback.searchParams.get('code') ?? ''],
    );

function refusedIdToken(failure: Failure, idToken: string): Error {
  const { alg } = failure.reason === 'algorithm-not-allowed' ? decodeProtectedHeader(idToken) : {};
  return alg?.startsWith('HS')
    ? new ProviderMismatch('id-token-algorithm', alg)
    : new IdTokenRefused(failure);
}

/** A provider that moves an endpoint or adds a key is followed within this time. */
const DISCOVERED_FOR_MS = 600_000;

interface Discovered {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** The connection object in force. An apply or a flush replaces it, and the provider is discovered anew. */
  readonly of: OidcConnection;
  /** The key and the secret that the configuration authenticates with. */
  readonly keys: SessionKeys;
  readonly secret: string | undefined;
  readonly configuration: openid.Configuration;
  readonly tokens: IdpTokens;
}

function discoveryCache(
  clock: Clock,
  credentials: OwnCredentials,
  send: SendToIdp,
  keySource: KeySource,
): (connection: OidcConnection) => Promise<Discovered> {
  const known = new Map<string, Discovered>();
  return async (connection) => {
    const earlier = known.get(connection.id);
    const at = clock.now().getTime();
    const { keys, secrets } = credentials;
    const secret = secrets.get(connection.id)?.reveal();
    const isSame = earlier?.of === connection && earlier.keys === keys && earlier.secret === secret;
    if (earlier && isSame && at - earlier.at < DISCOVERED_FOR_MS) return earlier;
    const authentication = await authenticateClient(connection, keys, secrets);
    const configuration = await discover(connection, authentication, send).catch((error: unknown) => {
      throw discoveryFault(error);
    });
    const tokens = idpTokens(connection, jwksUriOf(configuration), keySource);
    const discovered = { at, of: connection, keys, secret, configuration, tokens };
    known.set(connection.id, discovered);
    return discovered;
  };
}

/** openid-client's own tolerance is 30 seconds. */
const CLIENT = { [openid.clockTolerance]: CLOCK_TOLERANCE_SECONDS };

/** One configuration for each provider: an answer of one is never checked with another's rules (mix-up, RFC 9700 section 4.4). */
async function discover(
  connection: OidcConnection,
  authentication: openid.ClientAuth,
  send: SendToIdp,
): Promise<openid.Configuration> {
  const issuer = new URL(connection.issuer);
  const isLocal = issuer.protocol === 'http:'; // a loopback address: the schema allows no other
  const configuration = await openid.discovery(issuer, connection.clientId, CLIENT, authentication, {
    [openid.customFetch]: fetchFromIdp(send, connection),
    execute: isLocal ? [openid.allowInsecureRequests] : [],
  });
  // openid-client lets the metadata of two vendors name another issuer than the one that was asked.
  if (configuration.serverMetadata().issuer !== connection.issuer)
    throw new ProviderMismatch('issuer-wrong', configuration.serverMetadata().issuer);
  checkAlgorithms(configuration);
  return configuration;
}

/** Before a person is sent there: an ID token that only HMAC can sign would be refused after the password was typed. */
function checkAlgorithms(configuration: openid.Configuration): void {
  const { id_token_signing_alg_values_supported: offered } = configuration.serverMetadata();
  if (!Array.isArray(offered) || offered.some((name) => SIGNATURE_ALGORITHMS.some((one) => one === name)))
    return;
  throw new ProviderMismatch('id-token-algorithm', offered.join(' '));
}

function jwksUriOf(configuration: openid.Configuration): string {
  const { jwks_uri } = configuration.serverMetadata();
  if (jwks_uri === undefined) throw new ProviderMismatch('metadata-unreadable', 'jwks_uri');
  return jwks_uri;
}

/** Longer than a second factor on a phone takes, and no longer than any grant requires. */
const FRESH_AUTH_AGE_SECONDS = 300;

/** What the provider is asked about how, and how long ago, the person proves who they are. */
const proofParameters = (connection: OidcConnection, isFresh: boolean): Record<string, string> => ({
  ...maxAge(connection, isFresh),
  ...(isFresh ? freshProof(connection) : {}),
});

/**
 * With max_age an ID token must have auth_time (OpenID Connect Core section 2). Without it many providers do not say when a
 * person proved who they are, and a grant that limits that age can only refuse.
 */
function maxAge({ maxAuthAgeSeconds: most }: OidcConnection, isFresh: boolean): { max_age?: string } {
  const seconds = isFresh ? Math.min(most ?? FRESH_AUTH_AGE_SECONDS, FRESH_AUTH_AGE_SECONDS) : most;
  return seconds === undefined ? {} : { max_age: String(seconds) };
}

/** The provider may ignore these; vend judges auth_time and acr of the ID token. */
const freshProof = ({ stepUp }: OidcConnection): Record<string, string> => ({
  prompt: 'login',
  ...(stepUp ? { acr_values: stepUp.acrValues.join(' ') } : {}),
});
