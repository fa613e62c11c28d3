// The agent's HTTP server, on an address of this machine alone. It answers programs of this user: a web page, a request that
// a proxy forwards, and a program of another user are turned away before a wire sees them.
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { guardPeers, type PeerGuard } from '../sign-in/peer-user.ts';

export interface WireRequest {
  readonly method: string;
  /** Still percent-encoded, and without the query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
}

export interface WireReply {
  readonly status: number;
  readonly body: string | Buffer;
  readonly type: 'application/json' | 'text/plain';
  readonly headers?: Readonly<Record<string, string>>;
}

/** One way of asking for credentials. Undefined: the request is none of this wire's. */
export type AgentWire = (request: WireRequest) => WireReply | Promise<WireReply> | undefined;

export interface WireServerOptions {
  readonly wires: readonly AgentWire[];
  /** An IPv4 address of this machine. */
  readonly address: string;
  /** 0: the system chooses. */
  readonly port: number;
  /** The ids of the users whose programs may ask. */
  readonly users: ReadonlySet<number>;
}

export interface WireServer {
  readonly port: number;
  /** Answers what has been asked, and ends. */
  close(): Promise<void>;
}

/** A program on this machine sends its request at once; one that does not holds a connection for no longer than this. */
const REQUEST_MS = 5_000;
const CHECK_MS = 1_000;
const KEEP_ALIVE_MS = 5_000;
/** What the answers under way may take when the agent ends. */
const LAST_ANSWERS_MS = 1_000;
const MAX_CONNECTIONS = 4_096;
/** Other users are told why they get nothing, but hold no more connections than this, of those that the agent has for its user. */
const MAX_OTHER_USERS_CONNECTIONS = 32;
const MAX_HEADER_BYTES = 8_192;

/** A browser or a proxy sends these. Of the headers of Fetch Metadata, fetch of Node.js sends `sec-fetch-mode` itself. */
const OF_OTHERS = [
  'origin',
  'sec-fetch-site',
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-real-ip',
  'via',
];

const refusal = (status: number, message: string): WireReply => ({
  status,
  body: `${message}\n`,
  type: 'text/plain',
  headers: { connection: 'close' },
});

const OTHER_USER = refusal(403, 'this agent serves the programs of another user');
const FORWARDED = refusal(403, 'this agent serves no web page and no forwarded request');
const OTHER_HOST = refusal(421, 'this agent has another address');
const WITH_BODY = refusal(413, 'a request here has no body');
const NOT_FOUND = refusal(404, 'not found');

/** The names by which a program on this machine reaches the address. A page that rebinds its own name sends that name. */
function hostsOf(address: string, port: number): ReadonlySet<string> {
  const names = address === '127.0.0.1' ? [address, 'localhost'] : [address];
  return new Set(names.flatMap((name) => [name, `${name}:${port}`]));
}

const hasBody = (headers: IncomingHttpHeaders): boolean =>
  headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';

function refuse(headers: IncomingHttpHeaders, hosts: ReadonlySet<string>): WireReply | undefined {
  if (!hosts.has((headers.host ?? '').toLowerCase())) return OTHER_HOST;
  if (OF_OTHERS.some((name) => headers[name] !== undefined)) return FORWARDED;
  return hasBody(headers) ? WITH_BODY : undefined;
}

async function answerBy(wires: readonly AgentWire[], request: WireRequest): Promise<WireReply> {
  for (const wire of wires) {
    const reply = wire(request);
    if (reply !== undefined) return reply;
  }
  return NOT_FOUND;
}

function send(response: ServerResponse, { status, body, type, headers }: WireReply): void {
  response
    .writeHead(status, {
      'content-type': type,
      'content-length': Buffer.byteLength(body),
      'cache-control': 'no-store',
      ...headers,
    })
    .end(body);
}

/** To be called for each connection when it is accepted. */
function limitOtherUsers(isPeer: PeerGuard): (socket: Socket) => Promise<void> {
  let open = 0;
  return async (socket) => {
    if ((await isPeer(socket)) || socket.destroyed) return;
    open += 1;
    socket.once('close', () => {
      open -= 1;
    });
    if (open > MAX_OTHER_USERS_CONNECTIONS) socket.destroy();
  };
}

/** Fails as `listen` does: the port is taken, or the address is not this machine's. */
export async function serveWires({
  wires,
  address,
  port: wantedPort,
  users,
}: WireServerOptions): Promise<WireServer> {
  const isPeer = guardPeers(users);
  let hosts: ReadonlySet<string> = new Set();
  const answer = async ({ method = '', url = '', headers, socket }: IncomingMessage): Promise<WireReply> => {
    const refused = (await isPeer(socket)) ? refuse(headers, hosts) : OTHER_USER;
    const [path = ''] = url.split('?', 1);
    return refused ?? answerBy(wires, { method, path, headers });
  };
  const server = createServer(
    {
      maxHeaderSize: MAX_HEADER_BYTES,
      headersTimeout: REQUEST_MS,
      requestTimeout: REQUEST_MS,
      connectionsCheckingInterval: CHECK_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
    },
    (request, response) => {
      answer(request).then(
        (reply) => send(response, reply),
        () => response.destroy(),
      );
    },
  );
  server.maxConnections = MAX_CONNECTIONS;
  server.on('connection', limitOtherUsers(isPeer));
  server.listen(wantedPort, address, MAX_CONNECTIONS);
  await once(server, 'listening');
  const port = boundPort(server.address());
  hosts = hostsOf(address, port);
  return {
    port,
    async close() {
      const closed = once(server, 'close');
      server.close();
      const last = setTimeout(() => server.closeAllConnections(), LAST_ANSWERS_MS);
      await closed;
      clearTimeout(last);
    },
  };
}

function boundPort(address: AddressInfo | string | null): number {
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  return address.port;
}
