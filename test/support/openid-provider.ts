// An OpenID Provider that says whatever a test wants: discovery, keys and a token endpoint on this machine. Nobody signs
// in at it; a test takes the request out of the redirect and makes up the answer.
import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { keySet, type TokenParts, token } from './issuer.ts';
import { type Loopback, startLoopback } from './loopback.ts';

export const CLIENT_ID = 'stint';

export interface OpenIdProvider {
  readonly issuer: string;
  readonly server: Loopback;
  /** Of every call to the token endpoint. */
  readonly tokenRequests: URLSearchParams[];
  /** Added to the claims of the next ID tokens; undefined removes one. */
  claims: Readonly<Record<string, unknown>>;
  parts: Omit<TokenParts, 'claims'>;
  /** In place of what is signed. */
  idToken: string | undefined;
  metadata: Readonly<Record<string, unknown>>;
  isDown: boolean;
}

const now = (): number => Math.floor(Date.now() / 1000);

const json = (value: unknown) => [200, JSON.stringify(value)] as const;

export async function startOpenIdProvider(): Promise<OpenIdProvider> {
  const answer = async (path: string, request: IncomingMessage): Promise<readonly [number, string]> => {
    if (provider.isDown) return [503, 'down'];
    if (path.endsWith('/openid-configuration'))
      return json({ ...discovery(provider.issuer), ...provider.metadata });
    if (path === '/jwks') return json(keySet());
    if (path !== '/token') return [404, '{}'];
    provider.tokenRequests.push(new URLSearchParams(await text(request)));
    return json({ access_token: 'x', token_type: 'Bearer', id_token: provider.idToken ?? signed(provider) });
  };
  const server = await startLoopback(async (request, response) => {
    const [status, body] = await answer(request.url ?? '', request);
    response.writeHead(status, { 'content-type': 'application/json' }).end(body);
  });
  const provider: OpenIdProvider = {
    issuer: server.url,
    server,
    tokenRequests: [],
    claims: {},
    parts: {},
    idToken: undefined,
    metadata: {},
    isDown: false,
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
