// The loopback redirect of RFC 8252 section 7.3: a server on this machine that sends one browser to the sign-in, and takes
// one answer from it. A web page or a program that does not know the state is turned away, and ends nothing.
//
// Other users of the machine can read the arguments of the browser's process, and so the URL that it is told to open. With
// the state in it, one of them could pass the answer of a sign-in of their own for the person's. So the browser is told to
// open a URL of this server, which is good once, and other users are turned away where the system tells who connects.
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { CLOSING_HEADERS, type ClosingPage, renderClosingPage } from './closing-page.ts';
import { isOtherUser } from './peer-user.ts';

/** The numeric address, as RFC 8252 section 8.3 says: a name could be resolved to another machine. */
const HOST = '127.0.0.1';
const PATH = '/callback';
const HTTP_OK = 200;
const HTTP_SEE_OTHER = 303;
const START_BYTES = 16;

export interface Callback {
  /** The whole URL that the browser requested. */
  readonly url: URL;
  /** Resolves when the browser has the page. */
  answer(page: ClosingPage): Promise<void>;
}

export interface CallbackServer {
  readonly redirectUri: string;
  /** A URL of this server that redirects its first visitor to `target`. */
  startAt(target: URL): URL;
  /** Undefined when no answer came in time. */
  next(waitMs: number): Promise<Callback | undefined>;
  close(): void;
}

interface Refusal {
  readonly status: number;
  readonly allow?: string;
}

const OF_ANOTHER_USER: Refusal = { status: 403 };
const GONE: Refusal = { status: 410 };

/** Listens at a free port. Calls `onOtherUser` once, however often a program of another user connects. */
export async function listenForCallback(state: string, onOtherUser: () => void): Promise<CallbackServer> {
  const server = createServer();
  const base = await listen(server);
  const startPath = `/start/${randomBytes(START_BYTES).toString('base64url')}`;
  let target: URL | undefined;
  const arrival = new Promise<Callback>((resolve) => {
    const noticeOtherUser = onlyOnce(onOtherUser);
    let taken = false;
    server.on('request', (request, response) => {
      const url = parse(request.url, base);
      response.setHeader('connection', 'close');
      const refusal = taken ? GONE : refusalOf(request, url, base, [PATH, startPath]);
      if (refusal === OF_ANOTHER_USER) noticeOtherUser();
      if (refusal) return refuse(response, refusal);
      if (url.pathname === startPath) {
        const first = target;
        target = undefined;
        return first === undefined ? refuse(response, GONE) : redirect(response, first);
      }
      if (!hasState(url, state)) return refuse(response, { status: 400 });
      taken = true;
      resolve({ url, answer: (page) => send(response, page) });
    });
  });
  return {
    redirectUri: `${base.origin}${PATH}`,
    startAt(address) {
      target = address;
      return new URL(startPath, base);
    },
    next: (waitMs) => within(waitMs, arrival),
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** The URL of the server. */
async function listen(server: Server): Promise<URL> {
  server.listen(0, HOST);
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  return new URL(`http://${HOST}:${address.port}`);
}

const parse = (target: string | undefined, base: URL): URL =>
  URL.canParse(target ?? '', base) ? new URL(target ?? '', base) : new URL('/unreadable', base);

/** The host that the browser asked for shows DNS rebinding, by which another name leads to this machine. */
function refusalOf(
  { method, headers, socket }: IncomingMessage,
  url: URL,
  base: URL,
  paths: readonly string[],
): Refusal | undefined {
  if (headers.host !== base.host) return { status: 421 };
  if (isOtherUser(socket)) return OF_ANOTHER_USER;
  if (url.origin !== base.origin || !paths.includes(url.pathname)) return { status: 404 };
  return method === 'GET' ? undefined : { status: 405, allow: 'GET' };
}

function hasState(url: URL, state: string): boolean {
  const states = url.searchParams.getAll('state');
  return states.length === 1 && states[0] === state;
}

function onlyOnce(call: () => void): () => void {
  let wasCalled = false;
  return () => {
    if (!wasCalled) call();
    wasCalled = true;
  };
}

const refuse = (response: ServerResponse, { status, allow }: Refusal): void =>
  void response.writeHead(status, allow === undefined ? {} : { allow }).end();

/** Without a referrer: the sign-in's page does not learn this server's URL. */
function redirect(response: ServerResponse, target: URL): void {
  response
    .writeHead(HTTP_SEE_OTHER, {
      location: target.href,
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
    })
    .end();
}

async function send(response: ServerResponse, page: ClosingPage): Promise<void> {
  response.writeHead(HTTP_OK, CLOSING_HEADERS).end(renderClosingPage(page));
  await once(response, 'close');
}

async function within<T>(waitMs: number, work: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, waitMs, undefined);
  });
  const done = await Promise.race([work, late]);
  clearTimeout(timer);
  return done;
}
