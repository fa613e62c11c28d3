// HTTP around the pipeline. Builds the Hono app from the table of routes and the wires, and runs each request within a
// deadline.
import { type Context, Hono, type Next } from 'hono';
import { getPath } from 'hono/utils/url';
import { type Answer, problem, redirection, success, toResponse } from '../../shared/http/answer.ts';
import { requestOrigin } from '../../shared/http/cors.ts';
import { describeBug } from '../../shared/http/describe-bug.ts';
import { refuseUnreadableHost } from '../../shared/http/refuse-unreadable-host.ts';
import type { RequestId } from '../../shared/kernel/names.ts';
import { watchRequest } from '../../shared/kernel/request-watch.ts';
import { err } from '../../shared/kernel/result.ts';
import { createSharedDeadline } from '../../shared/kernel/shared-deadline.ts';
import type { RequestSpan } from '../../shared/kernel/tracer.ts';
import type { Action, WireName } from '../../shared/pipeline/audit/audit-event.ts';
import {
  type ConcurrencyLimit,
  createConcurrencyLimit,
} from '../../shared/pipeline/limit/limit-concurrency.ts';
import { createAuditAndRespond, type Refuse } from './audit-and-respond.ts';
import type { VendDeps } from './deps.ts';
import {
  metadataIn,
  type ProofAndBody,
  type ReceivedRequest,
  receive,
  requestIdIn,
} from './received-request.ts';
import { allowedOn, CORS_PATHS, type Endpoint, type HealthCheck, ROUTES } from './routes.ts';
import { vendCredentials } from './vend-credentials.ts';
import { wireResponse } from './vend-response.ts';
import { answerPreflight } from './web-pages.ts';
import { OAUTH_METADATA } from './wires/oauth-metadata.ts';
import { isVisit, stsWire, withoutEndingSlashes } from './wires/sts-wire.ts';
import { tokenWire } from './wires/token-wire.ts';
import type { Wire } from './wires/wire.ts';

/** `login` serves the portal. */
const PORTAL_PATH = '/portal';

const WIRES: readonly Wire[] = [stsWire, tokenWire];

export function createVendApp(deps: VendDeps): Hono {
  const app = new Hono({ getPath: (request) => withoutEndingSlashes(getPath(request)) });
  const bounds = { inTime: createSharedDeadline(REQUEST_DEADLINE_MS), places: createConcurrencyLimit() };
  app.use(refuseUnreadableHost);
  for (const route of Object.values(ROUTES)) {
    const handler =
      'start' in route ? checkOf(route, deps) : handlerOf(ownExchange(route, deps), bounds, deps);
    app.on(route.method, route.path, handler);
  }
  app.all('/', (c, next) => (isVisit(c.req) ? toResponse(redirection(PORTAL_PATH)) : next()));
  for (const wire of WIRES) {
    // A wrong method is told in the words of the wire too.
    for (const path of wire.paths) app.all(path, handlerOf(wireExchange(wire, deps), bounds, deps));
  }
  for (const [path, describe] of Object.entries(OAUTH_METADATA)) app.all(path, showMetadata(describe, deps));
  for (const path of CORS_PATHS) app.on('OPTIONS', path, preflightOf(path, bounds, deps));
  for (const path of new Set(Object.values(ROUTES).map((route) => route.path))) {
    const allow = { allow: allowedOn(path) };
    app.all(path, (c) => {
      const failure = { code: 'method_not_allowed', reason: 'method' } as const;
      return toResponse(problem(failure, requestIdIn(c, deps), allow));
    });
  }
  app.notFound((c) => toResponse(problem({ code: 'not_found', reason: 'no-route' }, requestIdIn(c, deps))));
  app.onError((error, c) => {
    const requestId = requestIdIn(c, deps);
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

interface RequestBounds {
  readonly inTime: ReturnType<typeof createSharedDeadline>;
  readonly places: ConcurrencyLimit;
}

class RequestLate extends Error {}

const LATE = err({ code: 'sts_unavailable', reason: 'request-late' } as const);
/** A caller that holds its body back has proved nothing, so the request counts as unauthenticated. */
const BODY_LATE = err({
  code: 'invalid_request',
  reason: 'body-aborted',
  fields: [{ field: 'body', message: 'did not come in time' }],
} as const);

/** One request to an endpoint: how it is read, run and, if it fails, answered. */
interface Exchange {
  readonly action: Action;
  /** Undefined for Stint's own endpoints. */
  readonly wire: WireName | undefined;
  readonly receive: () => Promise<ProofAndBody>;
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
    const answer = wireResponse(grant);
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

/** Whether the request succeeds, fails, is late or meets a bug: its answer goes through `auditAndRespond`, unless there is no place for it. */
function handlerOf(open: OpenExchange, { inTime, places }: RequestBounds, deps: VendDeps) {
  return async (c: Context): Promise<Response> => {
    const exchange = open(c);
    const arrivedAt = deps.numbers.stopwatch();
    const losing = { end: () => {} };
    const place = await places.enter(() => losing.end());
    if (!place) return toResponse(refuseBusy(exchange.refuse, requestIdIn(c, deps), arrivedAt, deps));
    const metadata = metadataIn(c, exchange, deps);
    const watch = watchRequest(deps.numbers, beginSpan(c, exchange.action, deps));
    const auditAndRespond = createAuditAndRespond(deps, metadata, watch, exchange.refuse);
    let isComplete = false;
    try {
      const admitted = deps.requestLimits.admitAddress(metadata.clientAddress, deps.clock.now());
      if (!admitted.ok) return toResponse(await auditAndRespond({ stage: 'limit' }, admitted));
      const work = async () => {
        const { presented, body, arrived } = await exchange.receive();
        // A request that lost its place was answered meanwhile.
        if (!place.keep()) throw new RequestLate();
        isComplete = true;
        watch.received();
        return exchange.run({ metadata, watch, auditAndRespond, presented, body, arrived }, deps);
      };
      // The late work goes on, in its place, but its result is dropped, and its own call of `auditAndRespond` writes no second row.
      const losable = () =>
        new Promise<Answer>((resolve, reject) => {
          losing.end = () => reject(new RequestLate());
          work().finally(place.leave).then(resolve, reject);
        });
      return toResponse(await inTime(losable, () => new RequestLate()));
    } catch (error) {
      if (error instanceof RequestLate)
        return toResponse(await auditAndRespond({ stage: 'request' }, isComplete ? LATE : BODY_LATE));
      logBug(deps, error, metadata.requestId);
      // A request that meets a bug has its audit row like any other.
      return toResponse(
        await auditAndRespond({ stage: 'request' }, err({ code: 'internal_error', reason: 'bug' })),
      );
    } finally {
      // Work that goes on keeps the place until it ends.
      if (!isComplete) place.leave();
    }
  };
}

/** The seconds after which refused requests come back: not all at the same time. */
const BUSY_RETRY_SECONDS = { least: 2, most: 5 } as const;

/** Costs as little as can be, since it is for many requests: none of it is read, and it has no row. The numbers count it. */
function refuseBusy(refuse: Refuse, requestId: RequestId, arrivedAt: number, deps: VendDeps): Answer {
  const { least, most } = BUSY_RETRY_SECONDS;
  const retryAfterSeconds = least + Math.floor(deps.random() * (most - least + 1));
  const answer = refuse({ code: 'rate_limited', reason: 'instance-limit', retryAfterSeconds }, requestId);
  deps.numbers.count('overloaded');
  deps.numbers.requestEnded(answer.status, deps.numbers.stopwatch() - arrivedAt);
  return answer;
}

function beginSpan(c: Context, action: Action, { tracer, numbers }: VendDeps): RequestSpan | undefined {
  return tracer()?.begin(action, c.req.header('traceparent'), numbers.stopwatch());
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
    return toResponse(problem(failure, requestIdIn(c, deps), { allow: 'GET, HEAD' }));
  };
}

function preflightOf(path: string, { places }: RequestBounds, deps: VendDeps) {
  const methods = allowedOn(path);
  return async (c: Context, next: Next) => {
    const origin = requestOrigin(c.req.header('origin'));
    if (origin === undefined || c.req.header('access-control-request-method') === undefined) return next();
    const requestId = requestIdIn(c, deps);
    const arrivedAt = deps.numbers.stopwatch();
    const place = await places.enter(() => {});
    // It waits for the rules as others do.
    if (!place?.keep()) return toResponse(refuseBusy(problem, requestId, arrivedAt, deps));
    try {
      return toResponse(await answerPreflight(origin, methods, requestId, deps));
    } finally {
      place.leave();
    }
  };
}
