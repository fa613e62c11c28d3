// HTTP around the pipeline: each request becomes the input of its endpoint, by the table of routes, and the answer a response.
import { type Context, Hono, type HonoRequest, type Next } from 'hono';
import { problem, toResponse } from '../../shared/http/answer.ts';
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
import type { Action } from '../../shared/pipeline/audit/audit-event.ts';
import type { RequestMetadata } from '../../shared/pipeline/audit/record-outcome.ts';
import { isFromGateway } from '../../shared/pipeline/authenticate/certificate/is-from-gateway.ts';
import type { DpopHeader } from '../../shared/pipeline/authenticate/dpop/dpop-proof.ts';
import type { GatewayCertificate } from '../../shared/pipeline/authenticate/read-proof.ts';
import { createAuditAndRespond } from './audit-and-respond.ts';
import type { VendDeps } from './deps.ts';
import type { ReceivedRequest } from './received-request.ts';
import { allowedOn, CORS_PATHS, type Endpoint, type HealthCheck, ROUTES } from './routes.ts';
import { answerPreflight } from './web-pages.ts';

export function createVendApp(deps: VendDeps): Hono {
  const app = new Hono();
  const inTime = createSharedDeadline(REQUEST_DEADLINE_MS);
  app.use(refuseUnreadableHost);
  for (const route of Object.values(ROUTES)) {
    const handler = 'start' in route ? checkOf(route, deps) : handlerOf(route, inTime, deps);
    app.on(route.method, route.path, handler);
  }
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

/** Whatever becomes of the request, its answer goes through `auditAndRespond`. */
function handlerOf({ action, body, run }: Endpoint, inTime: SharedDeadline, deps: VendDeps) {
  return async (c: Context): Promise<Response> => {
    const metadata = metadataOf(c, action, deps);
    const auditAndRespond = createAuditAndRespond(deps, metadata);
    let isComplete = false;
    try {
      const admitted = deps.requestLimits.admitAddress(metadata.clientAddress, deps.clock.now());
      if (!admitted.ok) return toResponse(await auditAndRespond({ stage: 'limit' }, admitted));
      const work = async () => {
        const received = await receive(c, body, deps);
        isComplete = true;
        return run({ metadata, auditAndRespond, ...received }, deps);
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

function metadataOf(c: Context, action: Action, deps: VendDeps): RequestMetadata {
  const address = deps.clientIpHeader === undefined ? undefined : c.req.header(deps.clientIpHeader);
  return {
    requestId: idOf(c, deps),
    action,
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
