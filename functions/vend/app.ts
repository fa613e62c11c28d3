// Routes and nothing else: each turns a request into the pipeline's input, and the pipeline's answer into a response.
import { type Context, Hono } from 'hono';
import type { Action } from '../../shared/audit/audit-event.ts';
import type { RequestFacts } from '../../shared/audit/record-outcome.ts';
import type { Failure } from '../../shared/errors.ts';
import { type Answer, problem, success, toResponse } from '../../shared/http/answer.ts';
import { clientAddress } from '../../shared/http/client-address.ts';
import { readJsonBody } from '../../shared/http/read-json-body.ts';
import { requestIdOf } from '../../shared/http/request-id.ts';
import type { RequestId } from '../../shared/kernel/names.ts';
import { err, ok, type Result } from '../../shared/kernel/result.ts';
import { createReadiness } from './check-readiness.ts';
import type { VendDeps } from './deps.ts';
import { createFinish } from './finish.ts';
import { listRoles } from './list-roles.ts';
import { showIdentity } from './show-identity.ts';
import { type Received, vendCredentials } from './vend-credentials.ts';

const NOT_AN_ERROR = { name: 'not-an-error', at: '' };

type Endpoint = (received: Received, deps: VendDeps) => Promise<Answer>;

function idOf(c: Context, { requestIdHeader }: VendDeps): RequestId {
  return requestIdOf(requestIdHeader === undefined ? undefined : c.req.header(requestIdHeader));
}

function factsOf(c: Context, action: Action, deps: VendDeps): RequestFacts {
  const address = deps.clientIpHeader === undefined ? undefined : c.req.header(deps.clientIpHeader);
  return { requestId: idOf(c, deps), action, at: deps.clock.now(), clientAddress: clientAddress(address) };
}

async function receive(c: Context, facts: RequestFacts, hasBody: boolean): Promise<Received> {
  const body: Result<unknown, Failure> = hasBody ? await readJsonBody(c.req) : ok(undefined);
  return { facts, authorization: c.req.header('authorization'), body };
}

/** Only where it was thrown: an error's message may quote what a caller sent, in lines that look like frames too. */
function describeBug(error: Error): string {
  const stack = (error.stack ?? '').replace(error.message, '');
  const frames = stack.split('\n').filter((line) => line.startsWith('    at '));
  return frames
    .slice(0, 5)
    .map((line) => line.trim())
    .join(' < ');
}

export function createVendApp(deps: VendDeps): Hono {
  const app = new Hono();
  const readiness = createReadiness(deps);

  const logBug = (error: unknown, requestId: RequestId): void => {
    const { name, at } = error instanceof Error ? { name: error.name, at: describeBug(error) } : NOT_AN_ERROR;
    deps.logger.log('error', 'bug', { requestId, name, at });
  };

  const endpoint = (action: Action, hasBody: boolean, run: Endpoint) => async (c: Context) => {
    const facts = factsOf(c, action, deps);
    try {
      return toResponse(await run(await receive(c, facts, hasBody), deps));
    } catch (error) {
      logBug(error, facts.requestId);
      // A request that met a bug was a request: it has its audit row like any other.
      const finish = createFinish(deps, facts);
      return toResponse(await finish({ stage: 'request' }, err({ code: 'internal_error', reason: 'bug' })));
    }
  };

  const onlyAllow = (allow: string) => (c: Context) =>
    toResponse(problem({ code: 'method_not_allowed', reason: 'method' }, idOf(c, deps), { allow }));

  app.post('/v1/credentials', endpoint('credentials', true, vendCredentials));
  app.all('/v1/credentials', onlyAllow('POST'));
  app.get('/v1/roles', endpoint('roles', false, listRoles));
  app.all('/v1/roles', onlyAllow('GET'));
  app.get('/v1/identity', endpoint('identity', false, showIdentity));
  app.all('/v1/identity', onlyAllow('GET'));
  app.get('/healthz', () => toResponse(success({ status: 'up' })));
  app.all('/healthz', onlyAllow('GET'));
  app.get('/readyz', async () => toResponse(await readiness()));
  app.all('/readyz', onlyAllow('GET'));

  app.notFound((c) => toResponse(problem({ code: 'not_found', reason: 'no-route' }, idOf(c, deps))));
  app.onError((error, c) => {
    const requestId = idOf(c, deps);
    logBug(error, requestId);
    return toResponse(problem({ code: 'internal_error', reason: 'bug' }, requestId));
  });
  return app;
}
