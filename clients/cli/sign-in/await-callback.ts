// The loopback redirect of RFC 8252 section 7.3: a server on this machine that takes one answer of the browser. Whoever
// does not know the state, a web page or another program, is turned away and ends nothing.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CLOSING_HEADERS, type ClosingPage, renderClosingPage } from './closing-page.ts';

/** The numeric address, as RFC 8252 section 8.3 says: a name could be resolved to another machine. */
const HOST = '127.0.0.1';
const PATH = '/callback';
const HTTP_OK = 200;

export interface Callback {
  /** The whole address that the browser came to. */
  readonly url: URL;
  /** Resolves when the browser has the page. */
  answer(page: ClosingPage): Promise<void>;
}

export interface CallbackServer {
  readonly redirectUri: string;
  /** Undefined when nobody came in time. */
  next(waitMs: number): Promise<Callback | undefined>;
  close(): void;
}

interface Refusal {
  readonly status: number;
  readonly allow?: string;
}

/** The name that the browser asked for shows DNS rebinding: another name has become this machine. */
function refusalOf(
  { method, headers }: IncomingMessage,
  url: URL,
  base: URL,
  state: string,
): Refusal | undefined {
  if (headers.host !== base.host) return { status: 421 };
  if (url.origin !== base.origin || url.pathname !== PATH) return { status: 404 };
  if (method !== 'GET') return { status: 405, allow: 'GET' };
  const states = url.searchParams.getAll('state');
  return states.length === 1 && states[0] === state ? undefined : { status: 400 };
}

async function send(response: ServerResponse, page: ClosingPage): Promise<void> {
  response.writeHead(HTTP_OK, CLOSING_HEADERS).end(renderClosingPage(page));
  await once(response, 'close');
}

const parse = (target: string | undefined, base: URL): URL =>
  URL.canParse(target ?? '', base) ? new URL(target ?? '', base) : new URL('/unreadable', base);

export async function listenForCallback(state: string): Promise<CallbackServer> {
  let taken = false;
  const server = createServer();
  server.listen(0, HOST);
  await once(server, 'listening');
  const address: AddressInfo | string | null = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  const base = new URL(`http://${HOST}:${address.port}`);

  const arrival = new Promise<Callback>((resolve) => {
    server.on('request', (request, response) => {
      const url = parse(request.url, base);
      const refusal = taken ? { status: 410 } : refusalOf(request, url, base, state);
      response.setHeader('connection', 'close');
      if (refusal) {
        const { status, allow } = refusal;
        response.writeHead(status, allow === undefined ? {} : { allow }).end();
        return;
      }
      taken = true;
      resolve({ url, answer: (page) => send(response, page) });
    });
  });
  return {
    redirectUri: `${base.origin}${PATH}`,
    async next(waitMs) {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<undefined>((resolve) => {
        timer = setTimeout(resolve, waitMs, undefined);
      });
      const callback = await Promise.race([arrival, late]);
      clearTimeout(timer);
      return callback;
    },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
