// The local Function Compute: runs the functions of s.yaml and routes the paths of the custom domain to them.

import { randomUUID } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { Agent, createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import type { Environment } from '../../clients/cli/setup/fill-s-yaml.ts';
import { forwardRequest } from './forward-request.ts';
import { createFunctionRunner } from './function-runner.ts';
import { listenNear } from './listen.ts';
import * as failure from './platform-error.ts';
import { headerBytes, type RoleSession, requestHeaders } from './platform-headers.ts';
import {
  type DomainRoute,
  type FunctionSpec,
  findRoute,
  httpMethods,
  readDeployment,
} from './read-deployment.ts';
import { startTimers, type TimedFunction } from './timers.ts';

/** A log of an earlier run that has reached this size is renamed, so that the folder stays small. */
const MAX_LOG_BYTES = 5_000_000;

/** Appends to a function's log in the state folder. */
function openFunctionLog(stateDir: string, name: string): (line: string) => void {
  const folder = join(stateDir, 'logs');
  const file = join(folder, `${name}.log`);
  mkdirSync(folder, { recursive: true });
  if (existsSync(file) && statSync(file).size > MAX_LOG_BYTES) renameSync(file, `${file}.1`);
  return (line) => appendFileSync(file, `${line}\n`);
}

/** Long before they expire, so that credentials outlast the request that carries them. */
const RENEW_BEFORE_END_MS = 30 * 60_000;

/** Gives a function's role credentials and renews them before they expire. They stay in memory. */
function renewingSession(issue: () => Promise<RoleSession>, now: () => number): () => Promise<RoleSession> {
  let current: { readonly session: Promise<RoleSession>; renewAt: number } | undefined;
  return () => {
    if (current !== undefined && now() < current.renewAt) return current.session;
    const session = issue();
    const entry = { session, renewAt: Number.POSITIVE_INFINITY };
    current = entry;
    session.then(
      ({ expiration }) => {
        entry.renewAt = Date.parse(expiration) - RENEW_BEFORE_END_MS;
      },
      () => {
        current = undefined;
      },
    );
    return session;
  };
}

/** Above the platform's limit, so that a request over the limit gets the platform's answer and not the parser's. */
const PARSER_HEADER_BYTES = 64 * 1024;

export interface GatewayOptions {
  readonly sYaml: string;
  readonly port: number;
  readonly host: string;
  /** How many ports to try, from `port` on. */
  readonly portTries: number;
  /** What `${env('…')}` in s.yaml reads; STINT_PUBLIC_URL is this gateway unless given. */
  readonly overrides: Environment;
  /** Credentials of a function's role, as the platform gets them from STS. */
  readonly iamSession: (roleArn: string) => Promise<RoleSession>;
  readonly stateDir: string;
  readonly onLog: (functionName: string, line: string) => void;
  /** Other custom domains in front of the same functions, each at a port of its own. */
  readonly moreDomains?: readonly { readonly sYaml: string; readonly port: number }[];
  /** Sets this request header to the client's address, where a proxy in front would. */
  readonly clientIpHeader?: string;
}

export interface LocalGateway {
  readonly url: string;
  close(): Promise<void>;
}

interface Routing {
  readonly routes: readonly DomainRoute[];
  readonly functions: ReadonlyMap<string, TimedFunction>;
  readonly agent: Agent;
  readonly clientIpHeader: string | undefined;
}

const accountOfRole = (roleArn: string): string => /^acs:ram::(\d+):role\//.exec(roleArn)?.[1] ?? '';

function faultOf(request: IncomingMessage): failure.PlatformError | undefined {
  const path = request.url ?? '';
  if (!path.startsWith('/')) return failure.MALFORMED_REQUEST;
  if (Buffer.byteLength(path) > failure.MAX_PATH_BYTES) return failure.PATH_TOO_LARGE;
  if (headerBytes(request) > failure.MAX_HEADER_BYTES) return failure.HEADERS_TOO_LARGE;
  if (Number(request.headers['content-length'] ?? 0) > failure.MAX_BODY_BYTES) return failure.BODY_TOO_LARGE;
  return undefined;
}

function target(request: IncomingMessage, routing: Routing): TimedFunction | failure.PlatformError {
  const method = request.method ?? '';
  const route = findRoute(routing.routes, (request.url ?? '').split('?', 1)[0] ?? '');
  const running = routing.functions.get(route?.functionName ?? '');
  if (running === undefined || route?.methods?.includes(method) === false) return failure.ROUTE_NOT_FOUND;
  return httpMethods(running.runner.spec).includes(method) ? running : failure.METHOD_NOT_ALLOWED;
}

async function invoke(
  request: IncomingMessage,
  response: ServerResponse,
  requestId: string,
  { runner, accountId, session }: TimedFunction,
  { agent, clientIpHeader }: Routing,
): Promise<failure.PlatformError | undefined> {
  if (!(await runner.enter())) return failure.TOO_MANY_REQUESTS;
  try {
    const port = await runner.port();
    const invocation = { requestId, accountId, session: await session() };
    const error = await forwardRequest(request, response, {
      port,
      agent,
      requestId,
      headers: requestHeaders(request, runner.spec, invocation, clientIpHeader),
      timeoutSeconds: runner.spec.timeout,
    });
    if (error === failure.FUNCTION_EXITED) await runner.awaitExit();
    return error;
  } catch (error) {
    runner.note(`the request could not be given to the function: ${String(error)}`);
    return failure.FUNCTION_NOT_STARTED;
  } finally {
    runner.leave();
  }
}

async function handle(request: IncomingMessage, response: ServerResponse, routing: Routing): Promise<void> {
  const requestId = randomUUID();
  const chosen = faultOf(request) ?? target(request, routing);
  const error = 'runner' in chosen ? await invoke(request, response, requestId, chosen, routing) : chosen;
  if (error === undefined) return;
  failure.sendPlatformError(response, error, requestId);
}

function startFunctions(
  functions: readonly FunctionSpec[],
  options: GatewayOptions,
): ReadonlyMap<string, TimedFunction> {
  return new Map(
    functions.map((spec) => {
      const log = openFunctionLog(options.stateDir, spec.name);
      const accountId = accountOfRole(spec.role);
      const runner = createFunctionRunner(spec, accountId, (line) => {
        log(line);
        options.onLog(spec.name, line);
      });
      const session = renewingSession(() => options.iamSession(spec.role), Date.now);
      return [spec.functionName, { runner, accountId, session }];
    }),
  );
}

/** The server of one custom domain. `routing` is undefined until the functions have started. */
function createDomainServer(routing: () => Routing | undefined): Server {
  const server = createServer({ maxHeaderSize: PARSER_HEADER_BYTES }, (request, response) => {
    const current = routing();
    if (current === undefined)
      failure.sendPlatformError(response, failure.FUNCTION_NOT_STARTED, randomUUID());
    else void handle(request, response, current);
  });
  server.on('clientError', (_, socket) => {
    const body = failure.errorBody(failure.MALFORMED_REQUEST, randomUUID());
    socket.end(
      `HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
  });
  return server;
}

const closeServer = (server: Server): Promise<unknown> => {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  return closed;
};

/** Starts every function of s.yaml and resolves when all that have an HTTP trigger answer. */
export async function startGateway(options: GatewayOptions): Promise<LocalGateway> {
  let routing: Routing | undefined;
  const server = createDomainServer(() => routing);
  const port = await listenNear(server, options.host, options.port, options.portTries);
  const url = `http://${options.host}:${port}`;
  const agent = new Agent({ keepAlive: true });
  const environment = { STINT_PUBLIC_URL: url, ...options.overrides };
  const { functions, routes } = readDeployment(options.sYaml, environment);
  const running = startFunctions(functions, options);
  const others: Server[] = [];
  let stopTimers = (): void => undefined;
  const close = async (): Promise<void> => {
    stopTimers();
    const closed = [server, ...others].map(closeServer);
    await Promise.all([...running.values()].map(({ runner }) => runner.close()));
    agent.destroy();
    await Promise.all(closed);
  };
  try {
    for (const domain of options.moreDomains ?? []) {
      const own = readDeployment(domain.sYaml, environment).routes;
      const other = createDomainServer(() => routing && { ...routing, routes: own });
      await listenNear(other, options.host, domain.port, 1);
      others.push(other);
    }
    const answering = [...running.values()].filter(({ runner }) => httpMethods(runner.spec).length > 0);
    await Promise.all(answering.map(({ runner }) => runner.port()));
  } catch (error) {
    await close();
    throw error;
  }
  routing = { routes, functions: running, agent, clientIpHeader: options.clientIpHeader };
  stopTimers = startTimers(running.values());
  return { url, close };
}
