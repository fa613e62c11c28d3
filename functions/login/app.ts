// The login app: what holds for every request, then the routes of each part.
import { Hono } from 'hono';
import { describeBug } from '../../shared/http/describe-bug.ts';
import { refuseUnreadableHost } from '../../shared/http/refuse-unreadable-host.ts';
import { authorizationServerRoutes } from './authorization-server/authorization-server-routes.ts';
import { atCloudSsoOrigin } from './cloudsso/cloudsso-app.ts';
import { fileRoutes, portalRoutes } from './portal/portal-routes.tsx';
import { signOutRoutes } from './portal/sign-out.ts';
import type { LoginDeps } from './request/deps.ts';
import { failurePage } from './request/failure-page.tsx';
import { createRouteLimits, limitRoutes } from './request/limit-routes.ts';
import type { LoginEnv } from './request/login-env.ts';
import { readBody } from './request/request-parts.ts';
import { requireKeys } from './request/require-keys.ts';
import { neverStored, securityHeaders } from './request/security-headers.ts';
import { countRequest, startRequest } from './request/start-request.ts';
import { traceRequest } from './request/trace-request.ts';
import { scimRoutes } from './scim/scim-routes.ts';
import { backChannelLogout, frontChannelLogout } from './sign-on-oidc/oidc-logout.ts';
import { oidcRoutes } from './sign-on-oidc/oidc-routes.ts';
import { passkeyRoutes } from './sign-on-passkeys/passkey-routes.ts';
import { samlLogoutRoutes } from './sign-on-saml/saml-logout.ts';
import { samlRoutes } from './sign-on-saml/saml-routes.ts';

export function createLoginApp(deps: LoginDeps): Hono<LoginEnv> {
  const { clock, logger } = deps;
  const app = new Hono<LoginEnv>();
  const buckets = createRouteLimits();
  const limits = limitRoutes(buckets, deps);

  app.use(refuseUnreadableHost);
  app.use(countRequest(deps));
  // Another origin with an app of its own: it has none of the routes below, and they have none of its routes.
  if (deps.cloudSsoUrl !== undefined) app.use(atCloudSsoOrigin(deps.cloudSsoUrl, buckets, deps));
  app.use(startRequest(deps));
  app.use(neverStored());
  app.route('/', limits.frames);
  // Before the headers that forbid frames: identity providers load this route in a frame of theirs.
  app.route('/', frontChannelLogout(deps));
  app.use(securityHeaders(deps.consoleTargets));
  // Before the body is read: a request over the limit does not cost that, nor the keys.
  app.route('/', limits.others);
  app.route('/', fileRoutes(deps));
  // No file of the portal, and no request over a limit, takes the place of another in the traces.
  app.use(traceRequest(deps));
  // Its clients have tokens of their own: no key of login is needed, and bodies have another limit.
  app.route('/', scimRoutes(buckets, deps));
  app.use(requireKeys(deps));
  app.use(readBody(deps));
  // Again after the body: a sender who delays it must not make a form, a state or a session appear younger.
  app.use(async (c, next) => {
    c.set('now', clock.now());
    c.set('receivedAt', deps.numbers.stopwatch());
    await next();
  });

  app.route('/', samlRoutes(deps));
  app.route('/', samlLogoutRoutes(deps));
  app.route('/', oidcRoutes(deps));
  app.route('/', backChannelLogout(deps));
  app.route('/', authorizationServerRoutes(deps));
  app.route('/', passkeyRoutes(deps));
  app.route('/', signOutRoutes(deps));
  app.route('/', portalRoutes(deps));

  app.notFound((c) => failurePage(c, { code: 'not_found', reason: 'no-route' }, deps));
  app.onError((error, c) => {
    logger.log('error', 'bug', { requestId: c.get('requestId'), ...describeBug(error) });
    return failurePage(c, { code: 'internal_error', reason: 'bug' }, deps);
  });
  return app;
}
