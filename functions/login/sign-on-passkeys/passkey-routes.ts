// The forms that end a passkey's ceremony. The page that lists a person's passkeys is the portal's.
import { Hono } from 'hono';
import { PASSKEY_ACTIONS } from '../paths/page-paths.ts';
import type { LoginDeps } from '../request/deps.ts';
import { guardForms, onlyFromOwnPages } from '../request/guard-forms.ts';
import type { LoginEnv } from '../request/login-env.ts';
import { withSession } from '../sessions/resume-session.ts';
import { confirmWithPasskey } from './confirm-with-passkey.ts';
import { enrolPasskey } from './enrol-passkey.ts';
import { signInWithPasskey } from './sign-in-with-passkey.ts';

export function passkeyRoutes(deps: LoginDeps): Hono<LoginEnv> {
  const session = withSession(deps);
  const guard = guardForms(deps);
  return new Hono<LoginEnv>()
    .post(PASSKEY_ACTIONS.enrol, session, guard, enrolPasskey(deps))
    .post(PASSKEY_ACTIONS.confirm, session, guard, confirmWithPasskey(deps))
    .post(PASSKEY_ACTIONS.signIn, onlyFromOwnPages(deps), signInWithPasskey(deps));
}
