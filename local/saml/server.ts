// The local SAML identity provider over HTTP: metadata, the login page for a request, and one for nobody's request.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { verifyRedirect } from '../../functions/login/sign-on-saml/protocol/redirect-binding.ts';
import { findPerson } from '../demo/people.ts';
import { listenNear } from '../fc/listen.ts';
import { expiredPage, loginPage } from '../idp/login-page.ts';
import { type IdpAddresses, idpMetadata } from './idp-metadata.ts';
import { issueResponse, newId, type ServiceProvider } from './issue-response.ts';
import { answerLogout } from './log-out.ts';
import { POST_PAGE_POLICY, postPage } from './post-page.ts';
import { readRedirected } from './read-request.ts';
import { readServiceProvider } from './read-service-provider.ts';
import type { Signing } from './sign-xml.ts';
import { openSamlKey } from './signing-key.ts';

const HOST = '127.0.0.1';
const PAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";

export interface SamlIdpOptions {
  readonly port: number;
  readonly stateDir: string;
  /** The only one that is told anything. */
  readonly serviceProvider: ServiceProvider;
}

export interface SamlIdp extends IdpAddresses {
  readonly certificate: string;
  close(): Promise<void>;
}

interface Sender extends IdpAddresses {
  readonly signing: Signing;
  /** Who is signed on, by session index; for as long as it runs. */
  readonly sessions: Map<string, string>;
}

function send(response: ServerResponse, status: number, body: string, policy = PAGE_POLICY): void {
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'content-security-policy': policy,
  });
  response.end(body);
}

/** Who says that they sign is held to it: what comes unsigned then is somebody else's. */
async function isFrom(to: ServiceProvider, url: URL): Promise<boolean> {
  const { signsRequests, certificates } = await readServiceProvider(to);
  return !signsRequests || verifyRedirect(url.search, 'SAMLRequest', certificates).ok;
}

/** The request's id; undefined for a request of another service provider, or none. */
async function readRequestId(url: URL, to: ServiceProvider): Promise<string | undefined> {
  if (!(await isFrom(to, url))) return undefined;
  const request = readRedirected(url.searchParams.get('SAMLRequest'));
  const acsUrl = request?.attributes.get('AssertionConsumerServiceURL') ?? to.acsUrl;
  const issuer = request?.children.find(({ name }) => name === 'Issuer')?.text;
  return issuer === to.entityId && acsUrl === to.acsUrl ? request?.attributes.get('ID') : undefined;
}

async function signIn(
  request: IncomingMessage,
  response: ServerResponse,
  respond: (person: NonNullable<ReturnType<typeof findPerson>>) => string,
): Promise<void> {
  if (request.method !== 'POST') return send(response, 200, loginPage());
  const person = findPerson(new URLSearchParams(await text(request)).get('person') ?? '');
  if (person === undefined) return send(response, 400, loginPage());
  send(response, 200, respond(person), POST_PAGE_POLICY);
}

async function handle(
  request: IncomingMessage,
  response: ServerResponse,
  to: ServiceProvider,
  from: Sender,
): Promise<void> {
  const url = new URL(request.url ?? '/', from.entityId);
  if (url.href === from.entityId) {
    response.writeHead(200, { 'content-type': 'application/samlmetadata+xml' });
    response.end(idpMetadata(from, from.signing.certificate));
    return;
  }
  if (url.pathname === new URL(from.sloUrl).pathname) return logOut(response, url, to, from);
  const [sso, unasked] = [new URL(from.ssoUrl).pathname, `${new URL(from.ssoUrl).pathname}/unasked`];
  if (url.pathname !== sso && url.pathname !== unasked) return send(response, 404, expiredPage());
  const requestId = url.pathname === sso ? await readRequestId(url, to) : undefined;
  if (url.pathname === sso && requestId === undefined) return send(response, 400, expiredPage());
  const relayState = url.searchParams.get('RelayState');
  await signIn(request, response, (person) => {
    const sessionIndex = newId();
    from.sessions.set(sessionIndex, person.sub);
    return postPage(to.acsUrl, {
      SAMLResponse: issueResponse(person, to, from, { inResponseTo: requestId, sessionIndex }),
      ...(relayState === null ? {} : { RelayState: relayState }),
    });
  });
}

async function logOut(response: ServerResponse, url: URL, to: ServiceProvider, from: Sender): Promise<void> {
  const answer = answerLogout(url, to, await readServiceProvider(to), from);
  if (answer === undefined) return send(response, 400, expiredPage());
  response.writeHead(303, { location: answer, 'cache-control': 'no-store' }).end();
}

export async function startSamlIdp({ port, stateDir, serviceProvider }: SamlIdpOptions): Promise<SamlIdp> {
  const server = createServer();
  const url = `http://${HOST}:${await listenNear(server, HOST, port, 1)}/saml`;
  const addresses = { entityId: `${url}/metadata`, ssoUrl: `${url}/sso`, sloUrl: `${url}/slo` };
  const from = { ...addresses, signing: openSamlKey(stateDir), sessions: new Map<string, string>() };
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    handle(request, response, serviceProvider, from).catch((error: unknown) => {
      console.error('local SAML identity provider failed', error);
      response.destroy();
    });
  });
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { ...from, certificate: from.signing.certificate, close };
}
