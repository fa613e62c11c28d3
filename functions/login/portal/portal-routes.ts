// The portal's addresses. It decides nothing: what somebody may take, vend says.
import { Hono } from 'hono';
import { COOKIE_PATH, PAGE_NAMES, PAGE_PATHS } from '../paths/page-paths.ts';
import { RETURN_TO, returnPath } from '../paths/return-path.ts';
import { CREDENTIALS_PATH } from '../paths/role-paths.ts';
import type { LoginDeps } from '../request/deps.ts';
import { failurePage } from '../request/failure-page.tsx';
import { guardForms } from '../request/guard-forms.ts';
import type { LoginContext, LoginEnv } from '../request/login-env.ts';
import { keepLanguage } from '../request/page-view.ts';
import { withSession } from '../sessions/load-session.ts';
import { asLanguage } from '../ui/model/language.ts';
import { changePasskey } from './change-passkey.ts';
import { openConsole } from './open-console.ts';
import { showActivity } from './show-activity.tsx';
import { showCredentials, showCredentialsGone } from './show-credentials.tsx';
import { showPasskeys } from './show-passkeys.tsx';
import { showRoles } from './show-roles.tsx';
import { endSessions, showSessions } from './show-sessions.tsx';
import { showSignIn } from './show-sign-in.tsx';
import { showStepUp } from './show-step-up.tsx';

const FOR_EVER = 'public, max-age=31536000, immutable';

/** Leads to one of our own pages, by name or by the pattern of them: any other address would be an open redirect. */
function chooseLanguage(c: LoginContext) {
  const language = asLanguage(c.req.query('to'));
  if (language) keepLanguage(c, language);
  const page = PAGE_NAMES.find((name) => name === c.req.query('page')) ?? 'roles';
  const here = c.req.query(RETURN_TO);
  return c.redirect(here === undefined ? PAGE_PATHS[page] : returnPath(here), 303);
}

const sendAsset = (deps: LoginDeps) => (c: LoginContext) => {
  const asset = Object.values(deps.assets).find(({ path }) => path === c.req.path);
  if (!asset) return failurePage(c, { code: 'not_found', reason: 'no-route' }, deps);
  return c.body(asset.body, 200, { 'content-type': asset.type, 'cache-control': FOR_EVER });
};

export function portalRoutes(deps: LoginDeps): Hono<LoginEnv> {
  const session = withSession(deps);
  const guard = guardForms(deps);
  return (
    new Hono<LoginEnv>()
      // Somebody who types the host alone means the pages.
      .get('/', (c) => c.redirect(PAGE_PATHS.roles, 302))
      .get('/portal/assets/:name', sendAsset(deps))
      .get('/portal/language', chooseLanguage)
      .get(COOKIE_PATH, session, (c) => c.body(null, 204))
      .get(PAGE_PATHS['sign-in'], showSignIn(deps))
      .get(PAGE_PATHS.roles, session, showRoles(deps))
      .get(PAGE_PATHS['step-up'], session, showStepUp(deps))
      .get(PAGE_PATHS.sessions, session, showSessions(deps))
      .post(PAGE_PATHS.sessions, session, guard, endSessions(deps))
      .get(PAGE_PATHS.passkeys, session, showPasskeys(deps))
      .post(PAGE_PATHS.passkeys, session, guard, changePasskey(deps))
      .get(PAGE_PATHS.activity, session, showActivity(deps))
      .get(CREDENTIALS_PATH, session, showCredentialsGone(deps))
      .post(CREDENTIALS_PATH, session, guard, showCredentials(deps))
      .post('/portal/console', session, guard, openConsole(deps))
  );
}
