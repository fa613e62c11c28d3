// Requests to one service of the cloud over connections that are kept: a new one for each call costs a TLS handshake. The SDKs
// spend several times as much on a request, or keep no connection.
import {
  Agent as HttpAgent,
  request as httpRequest,
  type IncomingMessage,
  type RequestOptions,
} from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { Duplex } from 'node:stream';
import { MAX_REQUESTS_AT_ONCE } from '../../kernel/requests-at-once.ts';

/** None waits for a connection: its deadline runs meanwhile, and where a service takes a second, most calls would end before they are sent. */
const MAX_SOCKETS = MAX_REQUESTS_AT_ONCE;
/**
 * Function Compute freezes an instance between requests, and meanwhile the other end closes connections unseen. A timer does not
 * tell, since it was frozen as well: after such a pause by the clock on the wall no kept connection is used.
 */
const MAX_PAUSE_MS = 2_000;

export interface Exchanged {
  readonly response: IncomingMessage;
  readonly content: Buffer;
  /** Ends the connection, for an answer that turns out to be for another request: all that follow would be, too. */
  end(): void;
}

/**
 * POSTs to a path of the service. Rejects when the connection ends before the whole answer has come, for whatever reason, and for an
 * answer of success that does not tell where it ends: one that was cut would be taken for whole, with rows missing.
 */
export type Exchange = (
  path: string,
  headers: NonNullable<RequestOptions['headers']>,
  body: Uint8Array,
) => Promise<Exchanged>;

export interface ExchangeBounds {
  /**
   * A request that takes longer is ended, its connection with it; so is one that still waits for a connection, since its caller has
   * gone on and takes it for failed.
   */
  readonly deadlineMs: number;
  /** A longer answer is ended: it would otherwise fill the memory of all requests of the instance. */
  readonly maxBytes: number;
}

/** Repeats nothing. */
export function openExchange(endpoint: string, { deadlineMs, maxBytes }: ExchangeBounds): Exchange {
  const { protocol, hostname, port } = new URL(endpoint);
  const isSecure = protocol === 'https:';
  const Agent = isSecure ? HttpsAgent : HttpAgent;
  const agent = new Agent({ keepAlive: true, maxSockets: MAX_SOCKETS, timeout: MAX_PAUSE_MS });
  refuseUnasked(agent);
  const endIdle = idleEnder(agent);
  // An address of IPv6 has brackets in a URL alone.
  const server = { agent, method: 'POST', host: hostname.replace(/^\[(.*)\]$/, '$1'), port };
  const request = isSecure ? httpsRequest : httpRequest;
  return (path, headers, body) => {
    const startedAt = Date.now();
    endIdle(startedAt);
    return new Promise((resolve, reject) => {
      const sent = request({ ...server, path, headers });
      const timer = setTimeout(() => sent.destroy(), deadlineMs);
      sent.on('error', reject);
      // A request may end without an error and without an answer.
      sent.on('close', () => {
        clearTimeout(timer);
        reject(new Error('closed'));
      });
      sent.on('response', (response) => {
        if (!tellsItsEnd(response)) {
          sent.destroy(new Error('no length'));
          return;
        }
        const { socket } = response;
        const chunks: Buffer[] = [];
        let bytes = 0;
        response.on('error', reject);
        response.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
          if (bytes <= maxBytes) chunks.push(chunk);
          else {
            // Its end may be read already, and would come next.
            reject(new Error('too long'));
            sent.destroy();
          }
        });
        response.on('end', () => {
          // It lay in a frozen instance: what holds of connections that waited meanwhile holds of its own.
          if (Date.now() - startedAt > MAX_PAUSE_MS) socket.destroy();
          resolve({ response, content: joined(chunks), end: () => socket.destroy() });
        });
      });
      sent.end(body);
    });
  };
}

/** Ends the connections that wait for a request, if the last call was too long ago. Takes milliseconds since 1970. */
function idleEnder(agent: HttpAgent): (now: number) => void {
  let last = 0;
  return (now) => {
    const isLate = now - last > MAX_PAUSE_MS;
    last = now;
    if (isLate) for (const socket of Object.values(agent.freeSockets).flat()) socket?.destroy();
  };
}

/**
 * Ends a connection on which something comes while it waits for a request. HTTP does not name the request that an answer is for: a
 * second answer to one request would be taken for the answer to the next, and so would every answer after it, each for another
 * caller.
 */
function refuseUnasked(agent: HttpAgent): void {
  const { keepSocketAlive, reuseSocket } = agent;
  const end = function (this: Duplex) {
    this.destroy();
  };
  agent.keepSocketAlive = (socket) => {
    socket.on('data', end);
    return keepSocketAlive.call(agent, socket);
  };
  agent.reuseSocket = (socket, request) => {
    socket.off('data', end);
    reuseSocket.call(agent, socket, request);
  };
}

const FIRST_STATUS_BEYOND_SUCCESS = 300;

/** By a length, or by a last chunk; otherwise the body ends with its connection (RFC 9112 section 6.3), however early. */
function tellsItsEnd({ statusCode = 0, headers }: IncomingMessage): boolean {
  const isChunked = /(?:^|,)\s*chunked$/i.test(headers['transfer-encoding'] ?? '');
  return statusCode >= FIRST_STATUS_BEYOND_SUCCESS || isChunked || headers['content-length'] !== undefined;
}

const joined = (chunks: readonly Buffer[]): Buffer => {
  const [first] = chunks;
  return chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks);
};
