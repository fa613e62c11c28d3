// Passkeys: a person's list of them, and the ceremonies that a page's form ends.
import { Hono } from 'hono';
import { PASSKEY_ACTIONS } from '../paths/passkey-actions.ts';
import { changePasskey } from '../portal/change-passkey.ts';
import { showPasskeys } from '../portal/show-passkeys.tsx';
import type { LoginDeps } from '../request/deps.ts';
import { guardForms, onlyFromOwnPages } from '../request/guard-forms.ts';
import type { LoginEnv } from '../request/login-env.ts';
import { withSession } from '../sessions/load-session.ts';
import { PAGE_PATHS } from '../ui/view.ts';
import { confirmWithPasskey } from './confirm-with-passkey.ts';
import { enrolPasskey } from './enrol-passkey.ts';
import { signInWithPasskey } from './sign-in-with-passkey.ts';

export function passkeyRoutes(deps: LoginDeps): Hono<LoginEnv> {
  const session = withSession(deps);
  const guard = guardForms(deps);
  return new Hono<LoginEnv>()
    .get(PAGE_PATHS.passkeys, session, showPasskeys(deps))
    .post(PAGE_PATHS.passkeys, session, guard, changePasskey(deps))
    .post(PASSKEY_ACTIONS.enrol, session, guard, enrolPasskey(deps))
    .post(PASSKEY_ACTIONS.confirm, session, guard, confirmWithPasskey(deps))
    .post(PASSKEY_ACTIONS.signIn, onlyFromOwnPages(deps), signInWithPasskey(deps));
}
