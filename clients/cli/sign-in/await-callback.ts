// The loopback redirect of RFC 8252 section 7.3: a server on this machine that sends one browser to the sign-in, and takes
// one answer of it. Whoever does not know the state, a web page or another program, is turned away and ends nothing.
//
// What a browser is told to open is among the arguments of its process, which other users of the machine can read. With
// the state, one of them could have the answer of a sign-in of their own taken for the person's. So the browser is told to
// open an address here, good once, and other users are turned away where the system says who connects.
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CLOSING_HEADERS, type ClosingPage, renderClosingPage } from './closing-page.ts';
import { isOtherUser } from './peer-user.ts';

/** The numeric address, as RFC 8252 section 8.3 says: a name could be resolved to another machine. */
const HOST = '127.0.0.1';
const PATH = '/callback';
const HTTP_OK = 200;
const HTTP_SEE_OTHER = 303;
const START_BYTES = 16;

export interface Callback {
  /** The whole address that the browser came to. */
  readonly url: URL;
  /** Resolves when the browser has the page. */
  answer(page: ClosingPage): Promise<void>;
}

export interface CallbackServer {
  readonly redirectUri: string;
  /** An address here that leads the first who opens it to `target`. */
  startAt(target: URL): URL;
  /** Undefined when nobody came in time. */
  next(waitMs: number): Promise<Callback | undefined>;
  close(): void;
}

interface Refusal {
  readonly status: number;
  readonly allow?: string;
}

const OF_ANOTHER_USER: Refusal = { status: 403 };

/** The name that the browser asked for shows DNS rebinding: another name has become this machine. */
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

function stateRefusal(url: URL, state: string): Refusal | undefined {
  const states = url.searchParams.getAll('state');
  return states.length === 1 && states[0] === state ? undefined : { status: 400 };
}

/** A page or a program that follows it shall not learn where the sign-in goes by the address that led there. */
function sendOn(response: ServerResponse, target: URL): void {
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

const parse = (target: string | undefined, base: URL): URL =>
  URL.canParse(target ?? '', base) ? new URL(target ?? '', base) : new URL('/unreadable', base);

/** `onOtherUser` is told once, however often it happens. */
export async function listenForCallback(state: string, onOtherUser: () => void): Promise<CallbackServer> {
  let taken = false;
  let isTold = false;
  let target: URL | undefined;
  const startPath = `/start/${randomBytes(START_BYTES).toString('base64url')}`;
  const server = createServer();
  server.listen(0, HOST);
  await once(server, 'listening');
  const address: AddressInfo | string | null = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  const base = new URL(`http://${HOST}:${address.port}`);

  const arrival = new Promise<Callback>((resolve) => {
    server.on('request', (request, response) => {
      const url = parse(request.url, base);
      response.setHeader('connection', 'close');
      const refuse = ({ status, allow }: Refusal) =>
        response.writeHead(status, allow === undefined ? {} : { allow }).end();
      const refusal = taken ? { status: 410 } : refusalOf(request, url, base, [PATH, startPath]);
      if (refusal === OF_ANOTHER_USER && !isTold) {
        isTold = true;
        onOtherUser();
      }
      if (refusal) return void refuse(refusal);
      if (url.pathname === startPath) {
        if (target === undefined) return void refuse({ status: 410 });
        sendOn(response, target);
        target = undefined;
        return;
      }
      const stranger = stateRefusal(url, state);
      if (stranger) return void refuse(stranger);
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
