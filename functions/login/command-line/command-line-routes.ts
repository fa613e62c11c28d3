// Stint as an authorization server for its own command line: what browsers open, and what the command line calls.
import { Hono } from 'hono';
import type { LoginDeps } from '../deps.ts';
import { guardForms } from '../http/guard-forms.ts';
import type { LoginEnv } from '../http/login-env.ts';
import { withSession } from '../sessions/load-session.ts';
import { askPerson, takeAnswer } from './authorize.tsx';
import { ENDPOINTS } from './client.ts';
import { grantTokens } from './grant-tokens.ts';
import { revokeToken } from './revoke-token.ts';

export function commandLineRoutes(deps: LoginDeps): Hono<LoginEnv> {
  const session = withSession(deps);
  const guard = guardForms(deps);
  return new Hono<LoginEnv>()
    .get(ENDPOINTS.authorize, session, askPerson(deps))
    .post(ENDPOINTS.authorize, session, guard, takeAnswer(deps))
    .post(ENDPOINTS.token, grantTokens(deps))
    .post(ENDPOINTS.revoke, revokeToken(deps));
}
