// A deployment as `stint login` sees one: at /login an authorization server that this project did not write, at /v1 what a
// test wants. The person who signs in is alice.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Provider } from 'oidc-provider';
import { vi } from 'vitest';
import { listenHere } from './loopback.ts';

/** A command line may wait between two requests. */
const REACHED_LIMIT_MS = 20_000;

export interface CliDeployment {
  readonly url: string;
  readonly provider: Provider;
  /** Method and path of each request, in order. */
  readonly requests: string[];
  accessTokenSeconds: number;
  /** Added to the answer of discovery. */
  metadata: Readonly<Record<string, unknown>>;
  /** Added to the answers that bring tokens. */
  tokenAnswer: Readonly<Record<string, unknown>>;
  /** Answers vend's API to who has a good token. */
  vend: (path: string, asked: object) => Promise<readonly [number, unknown]>;
  isDown: boolean;
  /** What command lines called their computers when they asked for a code. */
  readonly deviceNames: string[];
  /** Added to the answer that brings the code; nobody waits long in a test. */
  deviceAnswer: Readonly<Record<string, unknown>>;
  /** So many requests of the token endpoint are lost from now on. */
  lost: number;
  /** The token endpoint waits for it. */
  hold: Promise<void>;
  /** Resolves when such a request has come. */
  reached(request: string): Promise<void>;
}

export const ALICE = {
  kind: 'oidc',
  provider: 'people',
  issuer: 'https://stint.example.com/login',
  subject: 'corp|alice',
  groups: ['media', 'on-call'],
  mfa: true,
  claims: {},
  requestId: 'request-1',
};

export const problem = (status: number, code: string) =>
  [
    status,
    {
      type: `urn:stint:problem:${code}`,
      title: 'A title',
      status,
      detail: 'A detail.',
      code,
      requestId: 'request-2',
    },
  ] as const;

async function createProvider(issuer: string, deployment: () => CliDeployment): Promise<Provider> {
  const oidc = await import('oidc-provider');
  const provider: Provider = new oidc.Provider(issuer, {
    clients: [
      {
        client_id: 'stint-cli',
        application_type: 'native',
        token_endpoint_auth_method: 'none',
        redirect_uris: ['http://127.0.0.1/callback'],
        response_types: ['code'],
        grant_types: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code'],
      },
    ],
    cookies: { keys: ['a test'] },
    features: {
      devInteractions: { enabled: false },
      deviceFlow: { enabled: true },
      revocation: { enabled: true },
    },
    findAccount: async (_, sub) => ({ accountId: sub, claims: async () => ({ sub }) }),
    interactions: { url: (_, { uid }) => `/login/interaction/${uid}` },
    issueRefreshToken: async () => true,
    rotateRefreshToken: () => true,
    ttl: {
      AccessToken: () => deployment().accessTokenSeconds,
      ...{ Grant: 3600, IdToken: 300, Interaction: 600, RefreshToken: 3600, Session: 3600, DeviceCode: 600 },
    },
    async loadExistingGrant({ oidc }) {
      const grant = new provider.Grant({ clientId: 'stint-cli', accountId: oidc.session?.accountId ?? '' });
      grant.addOIDCScope('openid');
      await grant.save();
      return grant;
    },
  });
  return provider;
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

async function answerVend(
  { provider, vend }: CliDeployment,
  request: IncomingMessage,
): Promise<readonly [number, unknown]> {
  const { token, ...asked } = JSON.parse(await text(request));
  const isGood = (await provider.AccessToken.find(String(token))) !== undefined;
  // A token of many groups fits into no header.
  const isInBody = request.method === 'POST' && request.headers.authorization === undefined;
  return isGood && isInBody ? vend(request.url ?? '', asked) : problem(401, 'invalid_token');
}

async function answer(
  deployment: CliDeployment,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { provider } = deployment;
  const path = request.url ?? '';
  if (deployment.isDown) return void request.socket.destroy();
  if (path.startsWith('/v1/')) return sendJson(response, ...(await answerVend(deployment, request)));
  if (path.startsWith('/login/interaction/'))
    return provider.interactionFinished(request, response, { login: { accountId: 'alice' }, consent: {} });
  if (path === '/login/token') {
    await deployment.hold;
    if (deployment.lost-- > 0) return void request.socket.destroy();
  }
  // As a framework mounts it, under the path of its issuer.
  Object.assign(request, { originalUrl: path, url: path.replace(/^\/login/, '') });
  await provider.callback()(request, response);
}

/** Its notices are about running it in production. */
async function quietly<T>(work: () => Promise<T>): Promise<T> {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  try {
    return await work();
  } finally {
    warn.mockRestore();
  }
}

export async function startCliDeployment(): Promise<CliDeployment> {
  const server = createServer();
  const { url } = await listenHere(server);
  const provider = await quietly(() => createProvider(`${url}/login`, () => deployment));
  const deployment: CliDeployment = {
    url,
    provider,
    requests: [],
    accessTokenSeconds: 300,
    metadata: {},
    tokenAnswer: {},
    vend: async () => [200, ALICE],
    isDown: false,
    lost: 0,
    deviceNames: [],
    deviceAnswer: { interval: 1 },
    hold: Promise.resolve(),
    reached: (request) =>
      vi.waitFor(
        () => {
          if (!deployment.requests.includes(request)) throw new Error(`no ${request} yet`);
        },
        { timeout: REACHED_LIMIT_MS },
      ),
  };
  provider.use(async (context, next) => {
    // A server may have a scope of its own for requests without one (RFC 6749 section 3.3); this library has none.
    if (context.path === '/auth') context.query = { ...context.query, scope: 'openid' };
    if (context.path === '/device/auth') {
      const form = Object.fromEntries(new URLSearchParams(await text(context.req)));
      deployment.deviceNames.push(form['device_name'] ?? '');
      Object.assign(context.req, { body: { ...form, scope: 'openid' } });
    }
    await next();
    if (context.path === '/device/auth') Object.assign(context.body, deployment.deviceAnswer);
    if (context.path === '/token') Object.assign(context.body, deployment.tokenAnswer);
    if (context.path.endsWith('/openid-configuration')) Object.assign(context.body, deployment.metadata);
  });
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    deployment.requests.push(`${request.method} ${request.url}`);
    answer(deployment, request, response).catch(() => response.destroy());
  });
  return deployment;
}
