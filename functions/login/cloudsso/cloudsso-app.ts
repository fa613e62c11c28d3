// The CloudSSO dialect: the wire of Alibaba Cloud's CloudSSO portal, as the aliyun command line and the credentials libraries call
// it. The wire is not documented; it is what these clients send and read. It has an origin of its own, because its paths are at the
// root of a host, and because no cookie of the portal may ever reach it.
import { Hono, type MiddlewareHandler } from 'hono';
import { describeBug } from '../../../shared/http/describe-bug.ts';
import { createDeviceLimits } from '../authorization-server/authorize-device.ts';
import type { LoginDeps } from '../request/deps.ts';
import { limitRoute, type RouteLimits } from '../request/limit-routes.ts';
import type { LoginContext, LoginEnv } from '../request/login-env.ts';
import { requireKeys } from '../request/require-keys.ts';
import { neverStored, securityHeaders } from '../request/security-headers.ts';
import { startRequest } from '../request/start-request.ts';
import { traceRequest } from '../request/trace-request.ts';
import { listAccessConfigurations, listAccounts } from './access-assignments.ts';
import { type CloudSsoError, formatCloudSsoFault, serviceUnavailable } from './cloudsso-fault.ts';
import { issueCloudCredentials } from './issue-cloud-credentials.ts';
import { authorizeCloudSsoDevice, grantAccessToken } from './sign-in-by-device.ts';

type Kind = keyof RouteLimits;
type Route = readonly [
  method: 'GET' | 'POST',
  path: string,
  kind: Kind,
  overLimit: CloudSsoError,
  handler: (c: LoginContext) => Promise<Response>,
];

/** Each counts against a limit for strangers, which the routes of the portal's host share. */
const routesOf = (deps: LoginDeps): readonly Route[] => [
  ['POST', '/device-authorization', 'device', 'Throttling', authorizeCloudSsoDevice(deps)],
  ['POST', '/token', 'token', 'AuthorizationPending', grantAccessToken(createDeviceLimits(), deps)],
  ['GET', '/access-assignments/accounts', 'token', 'Throttling', listAccounts(deps)],
  ['GET', '/access-assignments/access-configurations', 'token', 'Throttling', listAccessConfigurations(deps)],
  ['POST', '/cloud-credentials', 'token', 'Throttling', issueCloudCredentials(deps)],
];

function createCloudSsoApp(buckets: RouteLimits, deps: LoginDeps): Hono<LoginEnv> {
  const { logger } = deps;
  const app = new Hono<LoginEnv>();
  app.use(startRequest(deps));
  app.use(neverStored());
  app.use(securityHeaders([]));

  const withKeys = requireKeys(deps, (c, fault) =>
    formatCloudSsoFault(c, { ...serviceUnavailable(fault), isOutage: true }, deps),
  );
  for (const [method, path, kind, error, handler] of routesOf(deps)) {
    const refuse = (c: LoginContext, retryAfterSeconds: number) =>
      formatCloudSsoFault(c, { error, reason: 'stranger-limit', retryAfterSeconds }, deps);
    // In this order, as at the portal: a request over the limit costs no read of the keys.
    app.on(method, path, limitRoute(buckets[kind], refuse, deps), traceRequest(deps), withKeys, handler);
  }

  app.notFound((c) => formatCloudSsoFault(c, { error: 'NotFound', reason: 'no-route' }, deps));
  app.onError((error, c) => {
    logger.log('error', 'bug', { requestId: c.get('requestId'), ...describeBug(error) });
    return formatCloudSsoFault(c, { error: 'ServiceUnavailable', reason: 'bug' }, deps);
  });
  return app;
}

/**
 * Middleware that answers every request to the host of `origin`, and no other. A request whose Host lacks the port is answered
 * too, because the Python library sends none; so is one with a dot at its end, which is the same host (RFC 3986 section 3.2.2).
 */
export function atCloudSsoOrigin(
  origin: string,
  buckets: RouteLimits,
  deps: LoginDeps,
): MiddlewareHandler<LoginEnv> {
  const app = createCloudSsoApp(buckets, deps);
  const { protocol, host, hostname } = new URL(origin);
  return async (c, next) => {
    const asked = new URL(c.req.url);
    // TLS ends before this function, so the URL is of http, where `:443` is not the default port.
    asked.protocol = protocol;
    asked.hostname = asked.hostname.replace(/\.$/, '');
    return asked.host === host || asked.host === hostname ? app.fetch(c.req.raw, c.env) : next();
  };
}
