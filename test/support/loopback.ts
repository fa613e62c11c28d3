// Real servers on this machine, each closed with its test unless it is one of many tests.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Server, Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** `atEnd` gets what closes the server. */
export async function listenHere(
  server: Server,
  atEnd: (close: () => void) => void = onTestFinished,
): Promise<{ readonly port: number; readonly url: string }> {
  // Also those that it made into something else than HTTP, of which it knows no more.
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  atEnd(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  const { port } = address;
  return { port, url: `http://127.0.0.1:${port}` };
}

export type Handler = (request: IncomingMessage, response: ServerResponse) => unknown;

export interface Loopback {
  readonly url: string;
  /** Method and path of each request, in order. */
  readonly requests: string[];
  /** Answers from now on. */
  handler: Handler;
}

export async function startLoopback(handler: Handler): Promise<Loopback> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    loopback.handler(request, response);
  });
  const { url } = await listenHere(server);
  const loopback: Loopback = { url, requests, handler };
  return loopback;
}

export const answerJson =
  (value: unknown, status = 200): Handler =>
  (_, response) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
