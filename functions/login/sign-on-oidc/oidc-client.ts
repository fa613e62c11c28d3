// Stint as a client of OpenID Providers. openid-client does the protocol's checks, and this file chooses the strict ones.
import * as openid from 'openid-client';
import type { KeySource } from '../../../shared/identity/key-source.ts';
import type { Clock } from '../../../shared/kernel/clock.ts';
import { isEndpointUrl } from '../../../shared/kernel/endpoint-url.ts';
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import { Secret } from '../../../shared/kernel/secret.ts';
import type { SendToIdp } from '../../../shared/people/send-to-idp.ts';
import type { SignOnFailure } from '../../../shared/people/sign-on-failure.ts';
import type { OidcConnection } from '../../../shared/rules/sign-on/oidc-connection.ts';
import type { ClientSecrets } from '../keys/client-secrets.ts';
import type { SessionKeys } from '../keys/session-keys.ts';
import type { OidcClient } from '../request/oidc-port.ts';
import { authenticateClient, sentSecrets } from './authenticate-client.ts';
import { fetchFromIdp } from './fetch-from-idp.ts';
import { type IdpKeys, idpKeys } from './idp-keys.ts';
import {
  discoveryFault,
  failureOf,
  IdpUnreadable,
  IdTokenRefused,
  IssuerWrong,
  logoutFailureOf,
} from './oidc-failure.ts';
import { proofParameters } from './proof-parameters.ts';
import { readLogoutToken } from './read-logout-token.ts';
import { spareProvider } from './spare-provider.ts';

/** A provider that moves an endpoint or adds a key is followed within this time. */
const DISCOVERED_FOR_MS = 600_000;

/** One authorization server a configuration, so that no answer of one is checked with another's rules (mix-up). */
async function discover(
  connection: OidcConnection,
  authentication: openid.ClientAuth,
  send: SendToIdp,
): Promise<openid.Configuration> {
  const issuer = new URL(connection.issuer);
  const isLocal = issuer.protocol === 'http:'; // a loopback address: the schema takes no other
  const configuration = await openid.discovery(issuer, connection.clientId, {}, authentication, {
    [openid.customFetch]: fetchFromIdp(send, connection),
    execute: isLocal ? [openid.allowInsecureRequests] : [],
  });
  // openid-client lets two vendors' metadata name another issuer than the one that was asked.
  if (configuration.serverMetadata().issuer !== connection.issuer)
    throw new IssuerWrong('issuer-wrong', configuration.serverMetadata().issuer);
  return configuration;
}

interface Discovered {
  readonly at: number;
  /** The very connection in force: after an apply and after a flush it is another, and is discovered anew. */
  readonly of: OidcConnection;
  readonly configuration: openid.Configuration;
  readonly keys: IdpKeys;
}

function jwksUriOf(configuration: openid.Configuration): string {
  const { jwks_uri } = configuration.serverMetadata();
  if (jwks_uri === undefined) throw new IdpUnreadable('jwks_uri');
  return jwks_uri;
}

interface OwnCredentials {
  readonly keys: SessionKeys;
  readonly secrets: ClientSecrets;
}

export function createOidcClient(
  clock: Clock,
  { keys, secrets }: OwnCredentials,
  sendOne: SendToIdp,
  /** Of all connections. */
  keySource: KeySource,
): OidcClient {
  const send = spareProvider(sendOne, clock);
  const known = new Map<string, Discovered>();

  const discoveredOf = async (connection: OidcConnection): Promise<Discovered> => {
    const earlier = known.get(connection.id);
    const at = clock.now().getTime();
    if (earlier?.of === connection && at - earlier.at < DISCOVERED_FOR_MS) return earlier;
    const authentication = await authenticateClient(connection, keys, secrets);
    const configuration = await discover(connection, authentication, send).catch((error: unknown) => {
      throw discoveryFault(error);
    });
    const discovered: Discovered = {
      at,
      of: connection,
      configuration,
      keys: idpKeys(connection, jwksUriOf(configuration), keySource),
    };
    known.set(connection.id, discovered);
    return discovered;
  };

  const attempt = async <T>(
    connection: OidcConnection,
    work: (configuration: openid.Configuration, keys: IdpKeys) => Promise<T> | T,
    sent: readonly string[] = [],
  ): Promise<Result<T, SignOnFailure>> => {
    try {
      const { configuration, keys } = await discoveredOf(connection);
      return ok(await work(configuration, keys));
    } catch (error) {
      return err(await failureOf(error, connection, [...sentSecrets(connection, secrets), ...sent]));
    }
  };

  return {
    authorizationUrl: (connection, redirectUri, { state, nonce, verifier }, isFresh) =>
      attempt(connection, async (configuration) =>
        openid.buildAuthorizationUrl(configuration, {
          redirect_uri: redirectUri,
          scope: connection.scopes.join(' '),
          state,
          nonce,
          code_challenge: await openid.calculatePKCECodeChallenge(verifier),
          code_challenge_method: 'S256',
          ...proofParameters(connection, isFresh),
        }),
      ),

    redeem: (connection, callback, { state, nonce, verifier }, signOn) =>
      attempt(
        connection,
        async (configuration, keys) => {
          const answer = await openid.authorizationCodeGrant(configuration, callback, {
            expectedState: state,
            expectedNonce: nonce,
            pkceCodeVerifier: verifier,
            idTokenExpected: true,
            ...(connection.maxAuthAgeSeconds === undefined ? {} : { maxAge: connection.maxAuthAgeSeconds }),
          });
          const claims = answer.claims();
          if (!claims || answer.id_token === undefined) throw new Error('no ID token');
          // The specification lets a client trust the connection alone; the signature is checked all the same.
          const signed = await keys.verifyIdToken(answer.id_token, clock.now(), signOn);
          if (!signed.ok) throw new IdTokenRefused(signed.error);
          return { claims, idToken: new Secret(answer.id_token) };
        },
        [verifier, callback.searchParams.get('code') ?? ''],
      ),

    endSessionUrl: (connection, returnTo) =>
      attempt(connection, (configuration) =>
        isEndpointUrl(configuration.serverMetadata().end_session_endpoint ?? '')
          ? openid.buildEndSessionUrl(configuration, { post_logout_redirect_uri: returnTo })
          : undefined,
      ),

    async readLogoutToken(connection, token, signOn) {
      const verified = await attempt(connection, (_, keys) =>
        keys.verifyLogoutToken(token, clock.now(), signOn),
      );
      if (!verified.ok) return verified;
      const claims = verified.value;
      return claims.ok ? readLogoutToken(claims.value) : err(logoutFailureOf(claims.error));
    },
  };
}
