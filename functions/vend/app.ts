// HTTP around the pipeline: each request becomes the input of its endpoint, by the table of routes, and the answer a response.
import { type Context, Hono, type HonoRequest, type Next } from 'hono';
import { problem, redirection, success, toResponse } from '../../shared/http/answer.ts';
import { requestOrigin } from '../../shared/http/cors.ts';
import { describeBug } from '../../shared/http/describe-bug.ts';
import { readJsonBody, readOptionalJsonBody } from '../../shared/http/read-json-body.ts';
import { refuseUnreadableHost } from '../../shared/http/refuse-unreadable-host.ts';
import { requestIdOf } from '../../shared/http/request-id.ts';
import { clientAddress } from '../../shared/kernel/client-address.ts';
import type { Failure } from '../../shared/kernel/failure.ts';
import type { RequestId } from '../../shared/kernel/names.ts';
import { err, ok, type Result } from '../../shared/kernel/result.ts';
import { createSharedDeadline } from '../../shared/kernel/shared-deadline.ts';
import type { Action, WireName } from '../../shared/pipeline/audit/audit-event.ts';
import type { RequestMetadata } from '../../shared/pipeline/audit/record-outcome.ts';
import { isFromGateway } from '../../shared/pipeline/authenticate/certificate/is-from-gateway.ts';
import type { DpopHeader } from '../../shared/pipeline/authenticate/dpop/dpop-proof.ts';
import type { GatewayCertificate } from '../../shared/pipeline/authenticate/read-proof.ts';
import { createAuditAndRespond, type Refuse } from './audit-and-respond.ts';
import type { VendDeps } from './deps.ts';
import type { ReceivedRequest } from './received-request.ts';
import { allowedOn, CORS_PATHS, type Endpoint, type HealthCheck, ROUTES } from './routes.ts';
import { type VendDialect, vendCredentials } from './vend-credentials.ts';
import { reveal } from './vend-response.ts';
import { answerPreflight } from './web-pages.ts';
import { OAUTH_METADATA } from './wires/oauth-metadata.ts';
import { isVisit, stsWire } from './wires/sts-wire.ts';
import { tokenWire } from './wires/token-wire.ts';
import type { Wire } from './wires/wire.ts';

/** `login` serves the portal. */
const PORTAL_PATH = '/portal';

const WIRES: readonly Wire[] = [stsWire, tokenWire];

export function createVendApp(deps: VendDeps): Hono {
  const app = new Hono();
  const inTime = createSharedDeadline(REQUEST_DEADLINE_MS);
  app.use(refuseUnreadableHost);
  for (const route of Object.values(ROUTES)) {
    const handler =
      'start' in route ? checkOf(route, deps) : handlerOf(ownExchange(route, deps), inTime, deps);
    app.on(route.method, route.path, handler);
  }
  app.all('/', (c, next) => (isVisit(c.req) ? toResponse(redirection(PORTAL_PATH)) : next()));
  for (const wire of WIRES) {
    // A wrong method is told in the words of the wire too.
    for (const path of wire.paths) app.all(path, handlerOf(wireExchange(wire, deps), inTime, deps));
  }
  for (const [path, describe] of Object.entries(OAUTH_METADATA)) app.all(path, showMetadata(describe, deps));
  for (const path of CORS_PATHS) app.on('OPTIONS', path, preflightOf(path, deps));
  for (const path of new Set(Object.values(ROUTES).map((route) => route.path))) {
    const allow = { allow: allowedOn(path) };
    app.all(path, (c) => {
      const failure = { code: 'method_not_allowed', reason: 'method' } as const;
      return toResponse(problem(failure, idOf(c, deps), allow));
    });
  }
  app.notFound((c) => toResponse(problem({ code: 'not_found', reason: 'no-route' }, idOf(c, deps))));
  app.onError((error, c) => {
    const requestId = idOf(c, deps);
    logBug(deps, error, requestId);
    return toResponse(problem({ code: 'internal_error', reason: 'bug' }, requestId));
  });
  return app;
}

/**
 * Function Compute ends a request after 30 seconds (s.yaml). Each call of an adapter has a deadline of its own, but several
 * slow calls in a row take longer. The request ends before that, which leaves some seconds for its audit row.
 */
const REQUEST_DEADLINE_MS = 22_000;

type SharedDeadline = ReturnType<typeof createSharedDeadline>;

class RequestLate extends Error {}

const LATE = err({ code: 'sts_unavailable', reason: 'request-late' } as const);
/** A caller that holds its body back has proved nothing, so the request counts as unauthenticated. */
const BODY_LATE = err({
  code: 'invalid_request',
  reason: 'body-aborted',
  fields: [{ field: 'body', message: 'did not come in time' }],
} as const);

/** A request, and how it is answered. */
interface Exchange {
  readonly action: Action;
  readonly wire: WireName | undefined;
  readonly receive: () => Promise<Request>;
  readonly run: Endpoint['run'];
  readonly refuse: Refuse;
}

type OpenExchange = (c: Context) => Exchange;

const ownExchange =
  ({ action, body, run }: Endpoint, deps: VendDeps): OpenExchange =>
  (c) => ({ action, wire: undefined, receive: () => receive(c, body, deps), run, refuse: problem });

const NO_HEADERS: ReceivedRequest['presented'] = { authorization: undefined };

const wireExchange =
  (wire: Wire, deps: VendDeps): OpenExchange =>
  (c) => {
    const { read, grant, refuse } = wire.open(c.req, deps.publicUrl);
    const answer: VendDialect['answer'] = (issued, _, requestId) =>
      grant({
        credentials: reveal(issued),
        assumedRoleArn: issued.role.assumedRoleArn,
        sourceIdentity: issued.sourceIdentity,
        requestId,
        now: deps.clock.now(),
      });
    return {
      action: 'credentials',
      wire: wire.name,
      receive: async () => ({
        presented: NO_HEADERS,
        body: await read(),
      }),
      run: (received) => vendCredentials(received, deps, { shortensDuration: wire.shortensDuration, answer }),
      refuse,
    };
  };

/** Whatever becomes of the request, its answer goes through `auditAndRespond`. */
function handlerOf(open: OpenExchange, inTime: SharedDeadline, deps: VendDeps) {
  return async (c: Context): Promise<Response> => {
    const exchange = open(c);
    const metadata = metadataOf(c, exchange, deps);
    const auditAndRespond = createAuditAndRespond(deps, metadata, exchange.refuse);
    let isComplete = false;
    try {
      const admitted = deps.requestLimits.admitAddress(metadata.clientAddress, deps.clock.now());
      if (!admitted.ok) return toResponse(await auditAndRespond({ stage: 'limit' }, admitted));
      const work = async () => {
        const received = await exchange.receive();
        isComplete = true;
        return exchange.run({ metadata, auditAndRespond, ...received }, deps);
      };
      return toResponse(await inTime(work, () => new RequestLate()));
    } catch (error) {
      // The result of the unfinished work reaches no caller: its call of `auditAndRespond` will write nothing.
      if (error instanceof RequestLate)
        return toResponse(await auditAndRespond({ stage: 'request' }, isComplete ? LATE : BODY_LATE));
      logBug(deps, error, metadata.requestId);
      // A request that meets a bug has its audit row like any other.
      return toResponse(
        await auditAndRespond({ stage: 'request' }, err({ code: 'internal_error', reason: 'bug' })),
      );
    }
  };
}

function logBug({ logger }: VendDeps, error: unknown, requestId: RequestId): void {
  logger.log('error', 'bug', { requestId, ...describeBug(error) });
}

function checkOf(route: HealthCheck, deps: VendDeps) {
  const answer = route.start(deps);
  return async (): Promise<Response> => toResponse(await answer());
}

function showMetadata(describe: (publicUrl: string) => object, deps: VendDeps) {
  return (c: Context): Response => {
    const isRead = c.req.method === 'GET' || c.req.method === 'HEAD';
    if (isRead) return toResponse(success(describe(deps.publicUrl)));
    const failure = { code: 'method_not_allowed', reason: 'method' } as const;
    return toResponse(problem(failure, idOf(c, deps), { allow: 'GET, HEAD' }));
  };
}

function preflightOf(path: string, deps: VendDeps) {
  const methods = allowedOn(path);
  return async (c: Context, next: Next) => {
    const origin = requestOrigin(c.req.header('origin'));
    if (origin === undefined || c.req.header('access-control-request-method') === undefined) return next();
    return toResponse(await answerPreflight(origin, methods, idOf(c, deps), deps));
  };
}

function idOf(c: Context, { requestIdHeader }: VendDeps): RequestId {
  return requestIdOf(requestIdHeader === undefined ? undefined : c.req.header(requestIdHeader));
}

function metadataOf(
  c: Context,
  { action, wire }: Pick<Exchange, 'action' | 'wire'>,
  deps: VendDeps,
): RequestMetadata {
  const address = deps.clientIpHeader === undefined ? undefined : c.req.header(deps.clientIpHeader);
  return {
    requestId: idOf(c, deps),
    action,
    wire,
    clientAddress: clientAddress(address),
    origin: requestOrigin(c.req.header('origin')),
  };
}

/** A gateway whose client showed no certificate sends an empty header. */
function certificateIn(c: Context, { gateway }: VendDeps): GatewayCertificate | undefined {
  const text = gateway && c.req.header(gateway.certificateHeader);
  if (!gateway || !text) return undefined;
  return { text, fromGateway: isFromGateway(c.req.header(gateway.proofHeader), gateway.proofHashes) };
}

/** The URL is the one that callers use: behind a gateway the function sees another. */
function dpopIn(c: Context, { publicUrl }: VendDeps): DpopHeader | undefined {
  const text = c.req.header('dpop');
  if (text === undefined) return undefined;
  const url = publicUrl.replace(/\/$/, '') + new URL(c.req.url).pathname;
  return { text, request: { method: c.req.method, url } };
}

const presentedIn = (c: Context, deps: VendDeps): ReceivedRequest['presented'] => ({
  authorization: c.req.header('authorization'),
  dpop: dpopIn(c, deps),
  certificate: certificateIn(c, deps),
});

type Request = Pick<ReceivedRequest, 'presented' | 'body'>;

const READERS = {
  none: async () => ok(undefined),
  optional: readOptionalJsonBody,
  required: readJsonBody,
} as const satisfies Record<Endpoint['body'], (request: HonoRequest) => Promise<Result<unknown, Failure>>>;

async function receive(c: Context, body: Endpoint['body'], deps: VendDeps): Promise<Request> {
  return { presented: presentedIn(c, deps), body: await READERS[body](c.req) };
}
