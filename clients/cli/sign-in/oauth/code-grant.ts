// The authorization code grant with PKCE (RFC 6749 section 4.1, RFC 7636).
import * as openid from 'openid-client';
import type { Result } from '../../../../shared/kernel/result.ts';
import { type CommandFault, refused } from '../../base/command-fault.ts';
import type { Tokens } from '../../sessions/deployment-session.ts';
import { type AuthorizationServer, deviceName } from './authorization-server.ts';
import { requestTokens } from './token-endpoint.ts';

/** Random values of one sign-in, which only this process knows until it sends them. */
export interface SignInSecrets {
  readonly state: string;
  /** The code verifier of PKCE. */
  readonly verifier: string;
}

export const makeSignInSecrets = (): SignInSecrets => ({
  state: openid.randomState(),
  verifier: openid.randomPKCECodeVerifier(),
});

/** `isFresh`: the person proves themselves at their company again, even if the browser is signed in. */
export async function authorizationUrl(
  { configuration }: AuthorizationServer,
  redirectUri: string,
  { state, verifier }: SignInSecrets,
  isFresh: boolean,
): Promise<URL> {
  return openid.buildAuthorizationUrl(configuration, {
    redirect_uri: redirectUri,
    state,
    code_challenge: await openid.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    device_name: deviceName(),
    ...(isFresh ? { prompt: 'login' } : {}),
  });
}

/** `callback` is the whole URL that the browser requested. Fails when it is not the answer to this sign-in. */
export async function exchangeCode(
  server: AuthorizationServer,
  callback: URL,
  { state, verifier }: SignInSecrets,
): Promise<Result<Tokens, CommandFault>> {
  // RFC 9207. openid-client requires the parameter only where the metadata promise it.
  const issuers = callback.searchParams.getAll('iss');
  if (issuers.length !== 1 || issuers[0] !== server.deployment.issuer)
    return refused('the answer in the browser came from another server: nobody is signed in');
  return requestTokens(server, () =>
    openid.authorizationCodeGrant(server.configuration, callback, {
      expectedState: state,
      pkceCodeVerifier: verifier,
    }),
  );
}
