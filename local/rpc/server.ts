// A local service in the RPC style over HTTP: reads requests, writes answers and errors, and fails when told to.
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Result } from '../../shared/kernel/result.ts';
import {
  type AnswerBody,
  type Format,
  formatOf,
  type RpcAnswer,
  renderError,
  renderSuccess,
} from './render-answer.ts';
import type { ErrorSpecs, GatewayErrorCode, RpcError } from './rpc-error.ts';
import { createFaultQueue, type FaultQueue, type RpcFault, type RpcFaults } from './rpc-faults.ts';
import { type RpcRequest, readRpcRequest } from './rpc-request.ts';

export interface Performed {
  readonly action: string;
  readonly body: AnswerBody;
}

export interface RpcService<Code extends string> {
  /** For the log of this machine. */
  readonly name: string;
  readonly errors: ErrorSpecs<Code>;
  /** Which paths there are; default `/` alone. */
  readonly isPath?: (path: string) => boolean;
  readonly handle: (request: RpcRequest) => Result<Performed, RpcError<Code | GatewayErrorCode>>;
}

export interface ListenOptions {
  /** 0 or absent: any free port. */
  readonly port?: number;
  readonly host?: string;
}

export interface LocalRpc<Code extends string> {
  readonly url: string;
  readonly faults: RpcFaults<Code | GatewayErrorCode>;
  close(): Promise<void>;
}

const newRequestId = (): string => randomUUID().toUpperCase();

function send(response: ServerResponse, { status, contentType, body }: RpcAnswer): void {
  response.writeHead(status, { 'content-type': contentType }).end(body);
}

/** Before the body is read there are only the URL and the header to tell the format. */
function earlyFormat({ url = '', headers: { accept = '' } }: IncomingMessage): Format {
  const query = new URLSearchParams(url.slice(url.indexOf('?') + 1));
  return formatOf({ parameters: new Map(query), headers: new Map([['accept', accept]]) });
}

/** How a service answers one message. */
function createResponder<Code extends string>({ errors, isPath, handle }: RpcService<Code>) {
  type Refusal = RpcError<Code | GatewayErrorCode>;
  const refuse = (error: Refusal, { headers }: IncomingMessage, response: ServerResponse, format: Format) =>
    send(response, renderError(error, errors[error.code], newRequestId(), headers.host ?? '', format));

  async function answer(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = await readRpcRequest(message, isPath);
    if (!request.ok) return refuse(request.error, message, response, earlyFormat(message));
    const format = formatOf(request.value);
    const result = handle(request.value);
    if (!result.ok) return refuse(result.error, message, response, format);
    return send(response, renderSuccess(result.value.action, result.value.body, newRequestId(), format));
  }

  /** True when the fault has taken the place of the answer. */
  async function spoil(
    fault: RpcFault<Code | GatewayErrorCode>,
    message: IncomingMessage,
    response: ServerResponse,
  ): Promise<boolean> {
    switch (fault.kind) {
      case 'refuse':
        refuse({ code: fault.code }, message, response, earlyFormat(message));
        return true;
      case 'redirect':
        response.writeHead(302).end();
        return true;
      case 'garbage':
        send(response, {
          status: 200,
          contentType: 'application/json;charset=utf-8',
          body: '<html>{"Creden',
        });
        return true;
      case 'hang':
        return true;
      case 'slow':
        await new Promise((resolve) => setTimeout(resolve, fault.delayMillis).unref());
        return false;
      case 'close':
        message.socket.destroy();
        return true;
    }
  }

  return { answer, spoil, refuse };
}

/** The SDKs write a policy document into the URL, where its quotes take three bytes each. */
const MAX_HEADER_BYTES = 64 * 1024;

function createRpcServer<Code extends string>(
  service: RpcService<Code>,
  faults: FaultQueue<Code | GatewayErrorCode>,
): Server {
  const { answer, spoil, refuse } = createResponder(service);
  const serve = async (message: IncomingMessage, response: ServerResponse): Promise<void> => {
    const fault = faults.next();
    if (fault !== undefined && (await spoil(fault, message, response))) return;
    await answer(message, response);
  };
  return createServer({ maxHeaderSize: MAX_HEADER_BYTES }, (message, response) => {
    serve(message, response).catch((error: unknown) => {
      if (message.socket.destroyed) return;
      console.error(`local ${service.name} failed`, error);
      refuse({ code: 'InternalError' }, message, response, earlyFormat(message));
    });
  });
}

function listen(server: Server, port: number, host: string): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      const address = server.address();
      if (address === null || typeof address === 'string') throw new Error('not listening on a port');
      resolve(`http://${host}:${address.port}`);
    });
  });
}

/** Serves one API; by default on any free port of 127.0.0.1. */
export async function startRpcServer<Code extends string>(
  service: RpcService<Code>,
  { port = 0, host = '127.0.0.1' }: ListenOptions,
): Promise<LocalRpc<Code>> {
  const faults = createFaultQueue<Code | GatewayErrorCode>();
  const server = createRpcServer(service, faults);
  const url = await listen(server, port, host);
  return {
    url,
    faults: { inject: faults.inject, clear: faults.clear },
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      }),
  };
}
