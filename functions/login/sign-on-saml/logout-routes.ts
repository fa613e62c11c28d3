// Single logout (saml-profiles section 4.4), at one address: the identity provider's own requests, and its answers to
// those that began here, by HTTP-Redirect or HTTP-POST.
import { Hono } from 'hono';
import { connectionOf, currentSignOn } from '../request/current-sign-on.ts';
import type { LoginDeps } from '../request/deps.ts';
import { failurePage } from '../request/failure-page.tsx';
import type { LoginContext, LoginEnv } from '../request/login-env.ts';
import { readForm } from '../request/read-request.ts';
import { finishLogout } from './finish-logout.ts';
import { handleLogoutRequest } from './handle-logout-request.ts';
import type { MessageName } from './protocol/redirect-binding.ts';
import type { Carried } from './protocol/verify-logout.ts';

const ANSWER: MessageName = 'SAMLResponse';

async function take(c: LoginContext, carried: Carried, isAnswer: boolean, deps: LoginDeps) {
  const signOn = await currentSignOn(deps.signOn);
  if (!signOn.ok) return failurePage(c, signOn.error, deps);
  const connection = connectionOf(signOn.value, 'saml', c.req.param('connection') ?? '');
  if (!connection.ok) return failurePage(c, connection.error, deps);
  const { sloUrl } = connection.value;
  if (sloUrl === undefined) return failurePage(c, { code: 'not_found', reason: 'no-route' }, deps);
  return isAnswer
    ? finishLogout(c, connection.value, carried, deps)
    : handleLogoutRequest(c, { ...connection.value, sloUrl }, carried, deps);
}

export const samlLogoutRoutes = (deps: LoginDeps): Hono<LoginEnv> =>
  new Hono<LoginEnv>()
    .get('/login/saml/:connection/slo', (c) =>
      take(c, { by: 'redirect', search: new URL(c.req.url).search }, c.req.query(ANSWER) !== undefined, deps),
    )
    .post('/login/saml/:connection/slo', async (c) => {
      const fields = await readForm(c);
      return take(c, { by: 'post', fields }, ANSWER in fields, deps);
    });
