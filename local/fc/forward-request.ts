// Streams one request to a function instance and its response back. Checks only sizes and time.
import {
  type Agent,
  request as httpRequest,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type ServerResponse,
} from 'node:http';
import {
  BODY_TOO_LARGE,
  FUNCTION_EXITED,
  functionTimedOut,
  MAX_BODY_BYTES,
  type PlatformError,
} from './platform-error.ts';
import { functionResponseHeaders } from './platform-headers.ts';

export interface Forwarding {
  readonly port: number;
  readonly agent: Agent;
  readonly headers: OutgoingHttpHeaders;
  readonly requestId: string;
  readonly timeoutSeconds: number;
}

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;

/** Only these are tried again on a connection that the function had closed (help: custom runtime, 502 errors). */
const mayRetry = (request: IncomingMessage): boolean =>
  ['GET', 'HEAD', 'OPTIONS', 'TRACE'].includes(request.method ?? '') && !hasBody(request);

const open = ({ method, url: path }: IncomingMessage, { port, headers, agent }: Forwarding) =>
  httpRequest({ host: '127.0.0.1', port, method, path, headers, agent });

/** Resolves with a platform error when the function gave no response; otherwise the response has been sent. */
export function forwardRequest(
  request: IncomingMessage,
  response: ServerResponse,
  forwarding: Forwarding,
): Promise<PlatformError | undefined> {
  return new Promise((resolve) => {
    let settled = false;
    const settle = (error?: PlatformError): void => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      // A finished exchange leaves its connection to the next request; any other end takes it down.
      if (!response.writableFinished) upstream.destroy();
      resolve(error);
    };
    const timer = setTimeout(
      () => settle(functionTimedOut(forwarding.timeoutSeconds)),
      forwarding.timeoutSeconds * 1000,
    );
    const attempt = (isRetry: boolean) => {
      const outgoing = open(request, forwarding);
      outgoing.on('response', (answer) => {
        answer.on('error', () => settle(FUNCTION_EXITED));
        response.writeHead(answer.statusCode ?? 502, functionResponseHeaders(answer, forwarding.requestId));
        answer.pipe(response);
      });
      outgoing.on('error', () => {
        if (outgoing.reusedSocket && !isRetry && mayRetry(request)) upstream = attempt(true);
        else settle(FUNCTION_EXITED);
      });
      if (hasBody(request)) request.pipe(outgoing);
      else outgoing.end();
      return outgoing;
    };
    let received = 0;
    let upstream = attempt(false);
    if (request.headers['transfer-encoding'] !== undefined) {
      request.on('data', (chunk: Buffer) => {
        received += chunk.byteLength;
        if (received > MAX_BODY_BYTES) settle(BODY_TOO_LARGE);
      });
    }
    response.on('close', () => settle());
  });
}
