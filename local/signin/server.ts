// Alibaba Cloud's console sign-in over HTTP: GetSigninToken for servers, Login for browsers, and a page in place of the
// console. Takes credentials from a body only: in a URL they would be in every log on the way.
import { randomBytes, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { listenNear } from '../fc/listen.ts';
import type { LocalIam } from '../iam/local-iam.ts';
import { authenticateForm, createTokenStore, type TokenStore } from './signin-token.ts';

const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

const page = (title: string, body: string): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${title}</title>
<meta name="viewport" content="width=device-width">
<style>:root{color-scheme:light dark}body{font:1rem/1.5 system-ui,sans-serif;max-width:40rem;margin:12vh auto;padding:0 1.5rem}
code{overflow-wrap:anywhere}</style></head>
<body><h1>${title}</h1>${body}</body></html>
`;

const signedInPage = (arn: string): string =>
  page(
    'Local console',
    `<p>In place of the Alibaba Cloud console. You are signed in as</p><p><code>${escapeHtml(arn)}</code></p>`,
  );

const refusedPage = (loginUrl: string): string =>
  page(
    'This sign-in link does not work',
    `<p>It works once, and for 30 seconds.</p><p><a href="${escapeHtml(loginUrl)}">Sign in again</a></p>`,
  );

interface SigninOptions {
  readonly iam: LocalIam;
  readonly port?: number;
  readonly host?: string;
  readonly clock?: () => Date;
}

export interface LocalSignin {
  /** What STINT_SIGNIN_ENDPOINT is set to. */
  readonly endpoint: string;
  readonly consoleUrl: string;
  close(): Promise<void>;
}

const COOKIE = 'local_console';
const HTML = { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' };
/** "Destination must be an address of the Alibaba Cloud console": here, also of the page that stands for it. */
const OFFICIAL_HOST = /(?:^|\.)(?:aliyun|alibabacloud)\.com$/;

interface Service {
  readonly iam: LocalIam;
  readonly tokens: TokenStore;
  readonly sessions: Map<string, string>;
}

async function getSigninToken(request: IncomingMessage, { iam, tokens }: Service) {
  const caller = authenticateForm(new URLSearchParams(await text(request)), iam);
  const RequestId = randomUUID().toUpperCase();
  return caller.ok
    ? { status: 200, body: { RequestId, SigninToken: tokens.issue(caller.value) } }
    : { status: 403, body: { RequestId, Code: caller.error, Message: 'The sign-in token is not issued.' } };
}

function isOfficial(destination: string, ownOrigin: string): boolean {
  if (!URL.canParse(destination)) return false;
  const { origin, protocol, hostname } = new URL(destination);
  return origin === ownOrigin || (protocol === 'https:' && OFFICIAL_HOST.test(hostname));
}

function login(url: URL, response: ServerResponse, { tokens, sessions }: Service): void {
  const parameter = (name: string) => url.searchParams.get(name) ?? '';
  const loginUrl = parameter('LoginUrl');
  const destination = parameter('Destination');
  if (!URL.canParse(loginUrl) || !isOfficial(destination, url.origin)) {
    response.writeHead(400, HTML).end(refusedPage('about:blank'));
    return;
  }
  const arn = tokens.redeem(parameter('SigninToken'));
  if (arn === undefined) {
    response.writeHead(403, HTML).end(refusedPage(loginUrl));
    return;
  }
  const session = randomBytes(16).toString('hex');
  sessions.set(session, arn);
  const cookie = `${COOKIE}=${session}; HttpOnly; SameSite=Lax; Path=/`;
  response.writeHead(302, { location: destination, 'set-cookie': cookie, 'cache-control': 'no-store' }).end();
}

function showConsole(request: IncomingMessage, response: ServerResponse, { sessions }: Service): void {
  const [, session = ''] = new RegExp(`${COOKIE}=([0-9a-f]+)`).exec(request.headers.cookie ?? '') ?? [];
  const arn = sessions.get(session);
  if (arn === undefined) response.writeHead(403, HTML).end(refusedPage('about:blank'));
  else response.writeHead(200, HTML).end(signedInPage(arn));
}

async function handle(request: IncomingMessage, response: ServerResponse, origin: string, service: Service) {
  const url = new URL(request.url ?? '/', origin);
  if (url.pathname === '/federation' && request.method === 'POST') {
    const { status, body } = await getSigninToken(request, service);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  } else if (url.pathname === '/federation' && url.searchParams.get('Action') === 'Login') {
    login(url, response, service);
  } else if (url.pathname === '/console') showConsole(request, response, service);
  else response.writeHead(404).end();
}

/** By default on any free port of 127.0.0.1. */
export async function startSignin(options: SigninOptions): Promise<LocalSignin> {
  const { iam, port = 0, host = '127.0.0.1', clock = () => new Date() } = options;
  const service: Service = { iam, tokens: createTokenStore(clock), sessions: new Map() };
  let origin = '';
  const server = createServer((request, response) => {
    handle(request, response, origin, service).catch(() => response.writeHead(500).end());
  });
  origin = `http://${host}:${await listenNear(server, host, port, 1)}`;
  return {
    endpoint: `${origin}/federation`,
    consoleUrl: `${origin}/console`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
