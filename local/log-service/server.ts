// The local Log Service over HTTP: projects are names before the endpoint's host, requests have a signature of their own.
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import * as z from 'zod';
import { readJson } from '../../shared/kernel/read-json.ts';
import { err, ok, type Result } from '../../shared/kernel/result.ts';
import type { Identity } from '../iam/identity.ts';
import type { LocalIam } from '../iam/local-iam.ts';
import { createFaultQueue, type RpcFaults } from '../rpc/rpc-faults.ts';
import type { ListenOptions } from '../rpc/server.ts';
import type { Projects } from './log-calls.ts';
import { LOG_ERRORS, type LogError, type LogErrorCode } from './log-errors.ts';
import { contentMd5, type LogRequest, signLogRequest } from './log-signature.ts';
import { performLogCall } from './monitor-calls.ts';

const AUTHORIZATION = /^LOG ([^:]+):(\S+)$/;
const API_VERSION = '0.6.0';
/** "Error codes", RequestTimeExpired: 15 minutes. */
const MAX_SKEW_MS = 15 * 60 * 1000;

interface Service {
  readonly iam: LocalIam;
  readonly clock: () => Date;
  readonly region: string;
  readonly projects: Projects;
}

async function readRequest(message: IncomingMessage): Promise<LogRequest> {
  const [path = '', query = ''] = (message.url ?? '').split('?');
  const headers = Object.entries(message.headers).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, String(value)]],
  );
  return {
    method: message.method ?? '',
    path: decodeURIComponent(path),
    query: new Map(new URLSearchParams(query)),
    headers: new Map(headers),
    body: await buffer(message),
  };
}

function authenticate(request: LogRequest, { iam, clock }: Service): Result<Identity, LogError> {
  const of = (name: string): string => request.headers.get(name) ?? '';
  if (of('x-log-apiversion') !== API_VERSION) return err({ code: 'InvalidAPIVersion' });
  const sentAt = Date.parse(of('date'));
  if (Number.isNaN(sentAt)) return err({ code: 'InvalidRequestTime' });
  if (Math.abs(clock().getTime() - sentAt) > MAX_SKEW_MS) return err({ code: 'RequestTimeExpired' });
  const [, accessKeyId = '', signature = ''] = AUTHORIZATION.exec(of('authorization')) ?? [];
  const found = iam.find(accessKeyId, request.headers.get('x-acs-security-token'));
  if (found.kind !== 'found') return err({ code: 'Unauthorized' });
  const isWhole = request.body.length === 0 || of('content-md5') === contentMd5(request.body);
  return isWhole && signature === signLogRequest(request, found.caller.accessKeySecret)
    ? ok(found.caller)
    : err({ code: 'SignatureNotMatch' });
}

/** `<project>.localhost:<port>`; the endpoint's own host has no project. */
const projectOf = (host: string): string | undefined => /^([^.:]+)\.[^:]+(?::\d+)?$/.exec(host)?.[1];

function answerRequest(request: LogRequest, service: Service): Result<object, LogError> {
  const caller = authenticate(request, service);
  if (!caller.ok) return caller;
  const { clock, region, projects } = service;
  return performLogCall({
    method: request.method,
    path: request.path,
    project: projectOf(request.headers.get('host') ?? ''),
    body: readJson(z.unknown(), request.body.toString('utf8')),
    caller: caller.value,
    context: { 'acs:CurrentTime': clock().toISOString() },
    region,
    projects,
  });
}

function send(response: ServerResponse, answer: Result<object, LogError>): void {
  const status = answer.ok ? 200 : LOG_ERRORS[answer.error.code].status;
  const body = answer.ok
    ? answer.value
    : {
        errorCode: answer.error.code,
        errorMessage: answer.error.message ?? LOG_ERRORS[answer.error.code].message,
      };
  const headers = { 'content-type': 'application/json', 'x-log-requestid': randomUUID() };
  response.writeHead(status, headers).end(JSON.stringify(body));
}

interface LocalLogOptions extends ListenOptions {
  readonly iam: LocalIam;
  readonly region: string;
  readonly clock?: () => Date;
}

export interface LocalLogService {
  /** With the name localhost, since names of projects stand before it. */
  readonly url: string;
  readonly projects: Projects;
  readonly faults: RpcFaults<LogErrorCode>;
  close(): Promise<void>;
}

/** Resolves when it listens, at any free port unless one is given. */
export async function startLogService(options: LocalLogOptions): Promise<LocalLogService> {
  const { iam, region, clock = () => new Date(), port = 0, host = '127.0.0.1' } = options;
  const faults = createFaultQueue<LogErrorCode>();
  const service: Service = { iam, clock, region, projects: new Map() };
  const server = createServer(async (message, response) => {
    const fault = faults.next();
    if (fault?.kind === 'close') return void message.socket.destroy();
    const request = await readRequest(message);
    if (fault?.kind === 'refuse') return send(response, err({ code: fault.code }));
    return send(response, answerRequest(request, service));
  });
  const listening = await new Promise<number>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
  return {
    url: `http://localhost:${listening}`,
    projects: service.projects,
    faults: { inject: faults.inject, clear: faults.clear },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
