// The trace of a request of login, where traces are sent.
import type { Context } from 'hono';
import { createMiddleware } from 'hono/factory';
import { matchedRoutes } from 'hono/route';
import type { LogLevel } from '../../../shared/kernel/logger.ts';
import type { SpanDescription, SpanPart } from '../../../shared/kernel/tracer.ts';
import type { LoginDeps } from './deps.ts';
import type { LoginContext, LoginEnv } from './login-env.ts';

/** Of middleware, which is for every method and path. */
const ANY = 'ALL';
const NO_ROUTE = 'no-route';

/** By the pattern of its path: the path itself may hold what a caller sent. */
function nameOf(c: Context): string {
  const route = matchedRoutes(c).findLast(({ method }) => method !== ANY);
  return route ? `${route.method} ${route.path}` : NO_ROUTE;
}

const HTTP_REFUSED = 400;

/** Without a subject, an address, or text of a caller. A device that polls proves nothing: it is refused. */
function describeSpan(c: LoginContext): SpanDescription {
  const signedIn = c.get('signedIn');
  const { code, reason } = c.get('refusal') ?? {};
  return {
    isKnown: signedIn !== undefined || (c.get('hasProved') === true && c.res.status < HTTP_REFUSED),
    attributes: {
      'stint.request_id': c.get('requestId'),
      'stint.action': c.get('action'),
      'stint.connection': signedIn?.session.connection,
      'stint.code': code,
      'stint.reason': reason,
    },
  };
}

/** Middleware that comes before every route that is to be traced. */
export const traceRequest = ({ tracer, numbers }: Pick<LoginDeps, 'tracer' | 'numbers'>) =>
  createMiddleware<LoginEnv>(async (c, next) => {
    const span = tracer()?.begin(nameOf(c), c.req.header('traceparent'), numbers.stopwatch());
    if (!span) return next();
    c.set('span', span);
    await next();
    return span.end(numbers.stopwatch(), c.res.status, describeSpan(c));
  });

/** Runs the work as a part of the request's trace. */
export async function traced<T>(
  c: LoginContext,
  part: SpanPart,
  work: () => Promise<T>,
  { numbers }: Pick<LoginDeps, 'numbers'>,
): Promise<T> {
  const span = c.get('span');
  if (!span) return work();
  const from = numbers.stopwatch();
  try {
    return await work();
  } finally {
    span.part(part, from, numbers.stopwatch());
  }
}

interface Refusal {
  readonly code: string;
  readonly reason: string;
  readonly cause?: string | undefined;
  readonly providerError?: string | undefined;
}

/** Writes the line `refused`, and notes for the trace what it says. */
export function logRefusal(
  c: LoginContext,
  level: LogLevel,
  { code, reason, cause = '', providerError }: Refusal,
  { logger }: Pick<LoginDeps, 'logger'>,
): void {
  c.set('refusal', { code, reason });
  const more = providerError === undefined ? {} : { providerError };
  logger.log(level, 'refused', { requestId: c.get('requestId'), code, reason, cause, ...more });
}
