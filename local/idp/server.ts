// The local identity provider over HTTP: the OpenID endpoints and the login page.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Provider } from 'oidc-provider';
import { findPerson } from '../demo/people.ts';
import { listenNear } from '../fc/listen.ts';
import { expiredPage, loginPage } from './login-page.ts';
import { createProvider, SECOND_FACTOR } from './openid-provider.ts';
import { openSigningKey } from './signing-key.ts';

const HOST = '127.0.0.1';

export interface IdpOptions {
  readonly port: number;
  readonly stateDir: string;
  /** The id of the client that callers of vend sign in at: their ID tokens are addressed to it. */
  readonly audience: string;
  /** The public address of Stint's own sign-on, the other client. */
  readonly portal: string;
}

export interface Idp {
  readonly issuer: string;
  close(): Promise<void>;
}

function sendPage(response: ServerResponse, status: number, html: string): void {
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
  });
  response.end(html);
}

async function interact(
  provider: Provider,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { params } = await provider.interactionDetails(request, response);
  const isSecondFactor = String(params['acr_values'] ?? '')
    .split(' ')
    .includes(SECOND_FACTOR);
  if (request.method !== 'POST') return sendPage(response, 200, loginPage(isSecondFactor));
  const person = findPerson(new URLSearchParams(await text(request)).get('person') ?? '');
  if (person === undefined) return sendPage(response, 400, loginPage(isSecondFactor));
  // The empty consent answers the prompt that native clients always get (RFC 8252 §8.6).
  const login = { accountId: person.sub, ...(isSecondFactor ? { acr: SECOND_FACTOR } : {}) };
  const result = { login, consent: {} };
  return provider.interactionFinished(request, response, result);
}

async function handle(provider: Provider, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (!request.url?.startsWith('/interaction/')) {
    await provider.callback()(request, response);
    return;
  }
  try {
    await interact(provider, request, response);
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'SessionNotFound') throw error;
    sendPage(response, 400, expiredPage());
  }
}

/** Listens on exactly this port. */
export async function startIdp({ port, stateDir, audience, portal }: IdpOptions): Promise<Idp> {
  const server = createServer();
  const issuer = `http://${HOST}:${await listenNear(server, HOST, port, 1)}`;
  const provider = await createProvider(issuer, { audience, portal }, openSigningKey(stateDir));
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    handle(provider, request, response).catch((error: unknown) => {
      console.error('local identity provider failed', error);
      response.destroy();
    });
  });
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { issuer, close };
}
