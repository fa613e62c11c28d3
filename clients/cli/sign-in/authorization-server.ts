// Stint's login as an authorization server, to the public client `stint-cli`. The only file here that knows
// openid-client: it does the protocol's checks, and this file chooses the strict ones.
import * as openid from 'openid-client';
import * as z from 'zod';
import { isLoopbackHost } from '../../../shared/kernel/endpoint-url.ts';
import { ok, type Result } from '../../../shared/kernel/result.ts';
import { Secret } from '../../../shared/kernel/secret.ts';
import type { Deployment } from '../deployment.ts';
import { EXIT } from '../exit-code.ts';
import { type Fault, refused, serviceFailed } from '../fault.ts';
import type { Tokens } from '../sessions/session.ts';
import { explainOauthError } from './explain-oauth-error.ts';

const CLIENT_ID = 'stint-cli';
/** A person waits. openid-client takes seconds. */
const DEADLINE_SECONDS = 15;

const ENDPOINTS = [
  'authorization_endpoint',
  'token_endpoint',
  'revocation_endpoint',
  'device_authorization_endpoint',
] as const;

/** Not in RFC 6749: how long the next refresh token is good at most, in seconds. */
const Lifetime = z.object({ refresh_token_expires_in: z.number().positive().optional() });

export interface AuthorizationServer {
  readonly deployment: Deployment;
  readonly configuration: openid.Configuration;
}

/** Of one sign-in, and known to it alone. */
export interface Checks {
  readonly state: string;
  readonly verifier: string;
}

/** Secrets go to where the person pointed, and nowhere that its metadata points. */
function strayEndpoint(configuration: openid.Configuration, { origin }: URL): string | undefined {
  const metadata = configuration.serverMetadata();
  return ENDPOINTS.find((name) => {
    const endpoint = metadata[name];
    return endpoint !== undefined && !(URL.canParse(endpoint) && new URL(endpoint).origin === origin);
  });
}

function isForCommandLines(configuration: openid.Configuration): boolean {
  const { authorization_endpoint, token_endpoint, revocation_endpoint } = configuration.serverMetadata();
  return [authorization_endpoint, token_endpoint, revocation_endpoint].every((name) => name !== undefined);
}

export async function discoverServer(deployment: Deployment): Promise<Result<AuthorizationServer, Fault>> {
  const { url, issuer } = deployment;
  const server = new URL(issuer);
  const isLocal = server.protocol === 'http:' && isLoopbackHost(server.hostname);
  try {
    const configuration = await openid.discovery(server, CLIENT_ID, {}, openid.None(), {
      timeout: DEADLINE_SECONDS,
      execute: isLocal ? [openid.allowInsecureRequests] : [],
    });
    if (!isForCommandLines(configuration))
      return serviceFailed(`${url} signs no command lines in: ask its operator for a newer Stint`);
    const stray = strayEndpoint(configuration, server);
    if (stray !== undefined) return serviceFailed(`${url} names a ${stray} elsewhere: ask its operator`);
    return ok({ deployment, configuration });
  } catch (error) {
    return explainOauthError(error, url);
  }
}

const after = (now: Date, seconds: number): Date => new Date(now.getTime() + seconds * 1000);

type Answer = openid.TokenEndpointResponse & openid.TokenEndpointResponseHelpers;

function readTokens(answer: Answer, now: Date): Result<Tokens, Fault> {
  const { access_token, refresh_token } = answer;
  const seconds = answer.expiresIn();
  const lifetime = Lifetime.safeParse(answer).data?.refresh_token_expires_in;
  if (refresh_token === undefined || seconds === undefined)
    return serviceFailed('the service gave no token that can be renewed: ask its operator');
  return ok({
    access: new Secret(access_token),
    accessEndsAt: after(now, seconds),
    refresh: new Secret(refresh_token),
    endsAt: lifetime === undefined ? undefined : after(now, lifetime),
  });
}

async function attempt(
  { deployment }: AuthorizationServer,
  work: () => Promise<Answer>,
): Promise<Result<Tokens, Fault>> {
  try {
    return readTokens(await work(), new Date());
  } catch (error) {
    return explainOauthError(error, deployment.url);
  }
}

export const makeChecks = (): Checks => ({
  state: openid.randomState(),
  verifier: openid.randomPKCECodeVerifier(),
});

export async function authorizationUrl(
  { configuration }: AuthorizationServer,
  redirectUri: string,
  { state, verifier }: Checks,
): Promise<URL> {
  return openid.buildAuthorizationUrl(configuration, {
    redirect_uri: redirectUri,
    state,
    code_challenge: await openid.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  });
}

/** `callback` is the whole address that the browser came to. */
export async function redeemCode(
  server: AuthorizationServer,
  callback: URL,
  { state, verifier }: Checks,
): Promise<Result<Tokens, Fault>> {
  // RFC 9207: openid-client asks for it only where the metadata promise it.
  const issuers = callback.searchParams.getAll('iss');
  if (issuers.length !== 1 || issuers[0] !== server.deployment.issuer)
    return refused('the answer in the browser came from another server: nobody is signed in');
  return attempt(server, () =>
    openid.authorizationCodeGrant(server.configuration, callback, {
      expectedState: state,
      pkceCodeVerifier: verifier,
    }),
  );
}

/** Asked again where the answer may have been lost: the server gives the same one then, for a moment. */
export async function refreshTokens(
  server: AuthorizationServer,
  { refresh }: Tokens,
): Promise<Result<Tokens, Fault>> {
  const ask = () => attempt(server, () => openid.refreshTokenGrant(server.configuration, refresh.reveal()));
  const first = await ask();
  return first.ok || first.error.exitCode !== EXIT.service ? first : ask();
}

/** RFC 7009. The refresh token stands for the whole sign-in. */
export async function revokeTokens(
  { deployment, configuration }: AuthorizationServer,
  { refresh }: Tokens,
): Promise<Result<void, Fault>> {
  try {
    return ok(
      await openid.tokenRevocation(configuration, refresh.reveal(), { token_type_hint: 'refresh_token' }),
    );
  } catch (error) {
    return explainOauthError(error, deployment.url);
  }
}
