// The local STS over HTTP. Verifies signatures, evaluates policies and refuses as the real one documents.
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { LocalIam } from '../iam/local-iam.ts';
import { MAX_SKEW_MILLIS } from './authenticate-caller.ts';
import { createCallBudget } from './call-budget.ts';
import { createFaultQueue, type Fault, type FaultQueue, type Faults } from './faults.ts';
import { handleCall, type Service } from './handle-call.ts';
import { createOnceMemory } from './once-memory.ts';
import { type Answer, type Format, formatOf, renderError, renderSuccess } from './render-answer.ts';
import { readRpcRequest } from './rpc-request.ts';
import type { StsErrorCode } from './sts-error.ts';

export interface StsOptions {
  readonly iam: LocalIam;
  readonly clock?: () => Date;
  /** 0 or absent: any free port. */
  readonly port?: number;
  readonly host?: string;
  readonly callsPerSecond?: number;
}

export interface LocalSts {
  readonly url: string;
  readonly faults: Faults;
  close(): Promise<void>;
}

/** STS FAQ: AssumeRole calls a second for one account. */
const CALLS_PER_SECOND = 100;

const newRequestId = (): string => randomUUID().toUpperCase();

function send(response: ServerResponse, { status, contentType, body }: Answer): void {
  response.writeHead(status, { 'content-type': contentType }).end(body);
}

/** Before the parameters are read there is only the header to tell the format. */
function earlyFormat(message: IncomingMessage): Format {
  return formatOf({ parameters: new Map(), headers: new Map([['accept', message.headers.accept ?? '']]) });
}

function refuseEarly(code: StsErrorCode, message: IncomingMessage, response: ServerResponse): void {
  const { host = '' } = message.headers;
  send(response, renderError({ code }, newRequestId(), host, earlyFormat(message)));
}

async function answer(message: IncomingMessage, response: ServerResponse, service: Service): Promise<void> {
  const requestId = newRequestId();
  const host = message.headers.host ?? '';
  const request = await readRpcRequest(message);
  if (!request.ok) return send(response, renderError(request.error, requestId, host, earlyFormat(message)));
  const format = formatOf(request.value);
  const result = handleCall(request.value, service);
  if (!result.ok) return send(response, renderError(result.error, requestId, host, format));
  return send(response, renderSuccess(result.value.action, result.value.body, requestId, format));
}

/** True when the fault has taken the place of the answer. */
async function spoil(fault: Fault, message: IncomingMessage, response: ServerResponse): Promise<boolean> {
  switch (fault.kind) {
    case 'refuse':
      refuseEarly(fault.code, message, response);
      return true;
    case 'redirect':
      response.writeHead(302).end();
      return true;
    case 'garbage':
      send(response, { status: 200, contentType: 'application/json;charset=utf-8', body: '<html>{"Creden' });
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

async function serve(
  message: IncomingMessage,
  response: ServerResponse,
  service: Service,
  faults: FaultQueue,
): Promise<void> {
  const fault = faults.next();
  if (fault !== undefined && (await spoil(fault, message, response))) return;
  await answer(message, response, service);
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

export async function startSts(options: StsOptions): Promise<LocalSts> {
  const { iam, clock = () => new Date(), port = 0, host = '127.0.0.1' } = options;
  const service: Service = {
    iam,
    // A date may lie as far ahead as behind, so a nonce can come back for twice the window.
    authentication: { find: iam.find, nonces: createOnceMemory(2 * MAX_SKEW_MILLIS), now: clock },
    budget: createCallBudget(options.callsPerSecond ?? CALLS_PER_SECOND),
  };
  const faults = createFaultQueue();
  const server = createServer((message, response) => {
    serve(message, response, service, faults).catch((error: unknown) => {
      if (message.socket.destroyed) return;
      console.error('local STS failed', error);
      const host = message.headers.host ?? '';
      return send(
        response,
        renderError({ code: 'InternalError' }, newRequestId(), host, earlyFormat(message)),
      );
    });
  });
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
