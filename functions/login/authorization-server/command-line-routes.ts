// Stint as an authorization server for its own command line: what browsers open, and what the command line calls.
import { Hono } from 'hono';
import { DEVICE_ANSWER_PATH, DEVICE_PATH, ENDPOINTS } from '../paths/oauth-paths.ts';
import type { LoginDeps } from '../request/deps.ts';
import { guardForms } from '../request/guard-forms.ts';
import type { LoginEnv } from '../request/login-env.ts';
import { withSession } from '../sessions/load-session.ts';
import { answerDevice, askForCode, showDevice } from './approve-device.tsx';
import { askPerson, takeAnswer } from './authorize.tsx';
import { authorizeDevice } from './authorize-device.ts';
import { createDeviceLimits } from './device-limits.ts';
import { grantTokens } from './grant-tokens.ts';
import { revokeToken } from './revoke-token.ts';

export function commandLineRoutes(deps: LoginDeps): Hono<LoginEnv> {
  const session = withSession(deps);
  const guard = guardForms(deps);
  const limits = createDeviceLimits();
  return new Hono<LoginEnv>()
    .get(ENDPOINTS.authorize, session, askPerson(deps))
    .post(ENDPOINTS.authorize, session, guard, takeAnswer(deps))
    .get(DEVICE_PATH, session, askForCode(deps))
    .post(DEVICE_PATH, session, guard, showDevice(limits, deps))
    .post(DEVICE_ANSWER_PATH, session, guard, answerDevice(deps))
    .post(ENDPOINTS.deviceAuthorization, authorizeDevice(deps))
    .post(ENDPOINTS.token, grantTokens(limits, deps))
    .post(ENDPOINTS.revoke, revokeToken(deps));
}
