// An OpenID Provider that says whatever a test wants: discovery, keys and a token endpoint on this machine. Nobody signs
// in at it; a test takes the request out of the redirect and makes up the answer.
import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { keySet, type TokenParts, token } from './issuer.ts';
import { type Loopback, startLoopback } from './loopback.ts';

export const CLIENT_ID = 'stint';

interface Refusal {
  readonly status: number;
  readonly body: object;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface OpenIdProvider {
  readonly issuer: string;
  readonly server: Loopback;
  /** Of every call to the token endpoint. */
  readonly tokenRequests: URLSearchParams[];
  /** The header of each, where it had one. */
  readonly authorizations: (string | undefined)[];
  /** In place of tokens. */
  refusal: Refusal | undefined;
  /** Added to the claims of the next ID tokens; undefined removes one. */
  claims: Readonly<Record<string, unknown>>;
  parts: Omit<TokenParts, 'claims'>;
  /** Of every call to the endpoint of pushed requests, which is in the metadata if a test says so. */
  readonly pushed: URLSearchParams[];
  /** What it publishes. */
  keys: { readonly keys: readonly object[] };
  /** In place of what is signed. Empty: the answer has no ID token. */
  idToken: string | undefined;
  /** Undefined: it gives none. */
  refreshToken: string | undefined;
  metadata: Readonly<Record<string, unknown>>;
  isDown: boolean;
  /** Of the metadata. */
  discoveryStatus: number;
}

const now = (): number => Math.floor(Date.now() / 1000);

type Answer = readonly [status: number, body: string, headers?: Readonly<Record<string, string>>];

const json = (value: unknown): Answer => [200, JSON.stringify(value)];

export async function startOpenIdProvider(): Promise<OpenIdProvider> {
  const answer = async (path: string, request: IncomingMessage): Promise<Answer> => {
    if (provider.isDown) return [503, 'down'];
    if (path.endsWith('/openid-configuration'))
      return [
        provider.discoveryStatus,
        JSON.stringify({ ...discovery(provider.issuer), ...provider.metadata }),
      ];
    if (path === '/jwks') return json(provider.keys);
    if (path === '/par') {
      provider.pushed.push(new URLSearchParams(await text(request)));
      const { refusal } = provider;
      if (refusal) return [refusal.status, JSON.stringify(refusal.body), refusal.headers ?? {}];
      return [201, JSON.stringify({ request_uri: 'urn:example:pushed', expires_in: 60 })];
    }
    if (path !== '/token') return [404, '{}'];
    provider.tokenRequests.push(new URLSearchParams(await text(request)));
    provider.authorizations.push(request.headers.authorization);
    const { refusal } = provider;
    if (refusal) return [refusal.status, JSON.stringify(refusal.body), refusal.headers ?? {}];
    const { idToken = signed(provider), refreshToken } = provider;
    return json({
      ...{ access_token: 'x', token_type: 'Bearer', refresh_token: refreshToken },
      ...(idToken === '' ? {} : { id_token: idToken }),
    });
  };
  const server = await startLoopback(async (request, response) => {
    const [status, body, headers] = await answer(request.url ?? '', request);
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
  });
  const provider: OpenIdProvider = {
    issuer: server.url,
    server,
    tokenRequests: [],
    pushed: [],
    authorizations: [],
    refusal: undefined,
    claims: {},
    parts: {},
    keys: keySet(),
    idToken: undefined,
    refreshToken: undefined,
    metadata: {},
    isDown: false,
    discoveryStatus: 200,
  };
  return provider;
}

const discovery = (issuer: string) => ({
  issuer,
  authorization_endpoint: `${issuer}/authorize`,
  token_endpoint: `${issuer}/token`,
  jwks_uri: `${issuer}/jwks`,
  end_session_endpoint: `${issuer}/end`,
  response_types_supported: ['code'],
  subject_types_supported: ['public'],
  id_token_signing_alg_values_supported: ['RS256', 'ES256'],
  authorization_response_iss_parameter_supported: true,
});

export function signed({ issuer, claims, parts }: OpenIdProvider): string {
  const own = { iss: issuer, aud: CLIENT_ID, iat: now(), exp: now() + 300, auth_time: now() - 5 };
  return token({ ...parts, claims: { ...own, ...claims } });
}

/** An order to end sessions, as the provider would sign it. */
export const logoutToken = (provider: OpenIdProvider, claims: object = {}, parts: object = {}): string =>
  token({
    header: { typ: 'logout+jwt' },
    ...parts,
    claims: {
      iss: provider.issuer,
      aud: CLIENT_ID,
      iat: now(),
      exp: now() + 120,
      jti: `order-${Math.random()}`,
      events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
      ...claims,
    },
  });
