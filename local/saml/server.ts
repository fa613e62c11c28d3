// The local SAML identity provider over HTTP: its metadata, single sign-on for a request and without one, and logout.

import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { verifyRedirect } from '../../functions/login/sign-on-saml/protocol/redirect-binding.ts';
import { findPerson } from '../demo/people.ts';
import { listenNear } from '../fc/listen.ts';
import { expiredPage, loginPage } from '../idp/login-page.ts';
import {
  escapeXml,
  issueResponse,
  newId,
  type ServiceProviderAddresses,
  type Signing,
} from './issue-response.ts';
import { answerLogout } from './log-out.ts';
import { readRedirected, readServiceProvider } from './read-service-provider.ts';
import { openSamlKey } from './saml-signing-key.ts';

interface IdpAddresses {
  readonly entityId: string;
  readonly ssoUrl: string;
  readonly sloUrl: string;
}

function idpMetadata({ entityId, ssoUrl, sloUrl }: IdpAddresses, certificate: string): string {
  const base64 = certificate.replace(/-----[A-Z ]+-----|\n/g, '');
  return [
    `<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" xmlns:ds="http://www.w3.org/2000/09/xmldsig#" entityID="${escapeXml(entityId)}">`,
    '<md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">',
    `<md:KeyDescriptor use="signing"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>${base64}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>`,
    `<md:SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="${escapeXml(sloUrl)}"/>`,
    '<md:NameIDFormat>urn:oasis:names:tc:SAML:2.0:nameid-format:persistent</md:NameIDFormat>',
    `<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="${escapeXml(ssoUrl)}"/>`,
    '</md:IDPSSODescriptor></md:EntityDescriptor>',
  ].join('');
}

const SUBMIT = 'document.forms[0].submit()';
const SCRIPT_HASH = createHash('sha256').update(SUBMIT).digest('base64');

export const POST_PAGE_POLICY = `default-src 'none'; script-src 'sha256-${SCRIPT_HASH}'; frame-ancestors 'none'`;

/** The page that carries a SAML message to the service provider in a form (HTTP-POST binding); without scripts, by a button. */
export function postPage(action: string, fields: Readonly<Record<string, string>>): string {
  const inputs = Object.entries(fields).map(
    ([name, value]) => `<input type="hidden" name="${name}" value="${escapeXml(value)}">`,
  );
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Signing in</title>
<form method="post" action="${escapeXml(action)}">
${inputs.join('\n')}
<button>Continue</button>
</form>
<script>${SUBMIT}</script>
</html>
`;
}

const HOST = '127.0.0.1';
const PAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";

interface SamlIdpOptions {
  readonly port: number;
  readonly stateDir: string;
  /** The only service provider that gets an answer. */
  readonly serviceProvider: ServiceProviderAddresses;
}

export interface SamlIdp extends IdpAddresses {
  readonly certificate: string;
  close(): Promise<void>;
}

interface Sender extends IdpAddresses {
  readonly signing: Signing;
  /** The `sub` of the person who is signed on, by session index. Kept in memory. */
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

/** A service provider whose metadata says that it signs requests must sign each of them. */
async function isFrom(to: ServiceProviderAddresses, url: URL): Promise<boolean> {
  const { signsRequests, certificates } = await readServiceProvider(to);
  return !signsRequests || verifyRedirect(url.search, 'SAMLRequest', certificates).ok;
}

/** The request's id; undefined for a request of another service provider, or none. */
async function readRequestId(url: URL, to: ServiceProviderAddresses): Promise<string | undefined> {
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
  to: ServiceProviderAddresses,
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

async function logOut(
  response: ServerResponse,
  url: URL,
  to: ServiceProviderAddresses,
  from: Sender,
): Promise<void> {
  const answer = answerLogout(url, to, await readServiceProvider(to), from);
  if (answer === undefined) return send(response, 400, expiredPage());
  response.writeHead(303, { location: answer, 'cache-control': 'no-store' }).end();
}

/** Listens on exactly this port, and answers one service provider. */
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
