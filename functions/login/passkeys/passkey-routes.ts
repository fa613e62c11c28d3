// Passkeys: a person's list of them, and the ceremonies that a page's form ends.
import { Hono } from 'hono';
import type { LoginDeps } from '../deps.ts';
import { guardForms, onlyFromOwnPages } from '../http/guard-forms.ts';
import type { LoginEnv } from '../http/login-env.ts';
import { PAGE_PATHS } from '../portal/view.ts';
import { withSession } from '../sessions/load-session.ts';
import { changePasskey } from './change-passkey.ts';
import { confirmWithPasskey } from './confirm-with-passkey.ts';
import { enrolPasskey } from './enrol-passkey.ts';
import { PASSKEY_ACTIONS } from './passkey-actions.ts';
import { showPasskeys } from './show-passkeys.tsx';
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
