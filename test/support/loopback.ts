// A real HTTP server on this machine for the adapters that speak HTTP. Close it with the test.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { onTestFinished } from 'vitest';

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
    request.resume();
    loopback.handler(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  const loopback: Loopback = { url: `http://127.0.0.1:${address.port}`, requests, handler };
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return loopback;
}

export const answerJson =
  (value: unknown, status = 200): Handler =>
  (_, response) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
