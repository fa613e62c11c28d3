// The routes of the portal. The portal decides nothing about access: vend says which roles a person may take.
import { Hono } from 'hono';
import { storeUnavailable } from '../../../shared/kernel/store-fault.ts';
import { personKey } from '../../../shared/people/person.ts';
import {
  ASSET_ROUTE,
  COMMAND_LINE_PATH,
  CONSOLE_PATH,
  COOKIE_PATH,
  CREDENTIALS_PATH,
  LANGUAGE_PATH,
  PAGE_NAMES,
  PORTAL_PATHS,
  RETURN_TO,
  returnPath,
} from '../paths/page-paths.ts';
import type { LoginDeps } from '../request/deps.ts';
import { failurePage } from '../request/failure-page.tsx';
import { guardForms } from '../request/guard-forms.ts';
import type { LoginContext, LoginEnv } from '../request/login-env.ts';
import { keepLanguage, viewOf } from '../request/page-view.ts';
import { withSession } from '../sessions/resume-session.ts';
import { asLanguage } from '../ui/model/language.ts';
import { ActivityPage } from '../ui/pages/activity-page.tsx';
import { changePasskey, showPasskeys } from './manage-passkeys.tsx';
import { askToOpenConsole, openConsole } from './open-console.tsx';
import { serveCommandLine } from './serve-command-line.ts';
import { showRoles } from './show-roles.tsx';
import { endSessions, showSessions } from './show-sessions.tsx';
import { showSignIn, signInPage } from './show-sign-in.tsx';
import { showStepUp } from './show-step-up.tsx';
import { showCredentials, showCredentialsGone } from './take-role.tsx';

const FOR_EVER = 'public, max-age=31536000, immutable';

/** Redirects to one of our own pages only, by its name or by `returnPath`: anything else would be an open redirect. */
function chooseLanguage(c: LoginContext) {
  const language = asLanguage(c.req.query('to'));
  if (language) keepLanguage(c, language);
  const page = PAGE_NAMES.find((name) => name === c.req.query('page')) ?? 'roles';
  const here = c.req.query(RETURN_TO);
  return c.redirect(here === undefined ? PORTAL_PATHS[page] : returnPath(here), 303);
}

const sendAsset = (deps: LoginDeps) => (c: LoginContext) => {
  const asset = Object.values(deps.assets).find(({ path }) => path === c.req.path);
  if (!asset) return failurePage(c, { code: 'not_found', reason: 'no-route' }, deps);
  return c.body(asset.body, 200, { 'content-type': asset.type, 'cache-control': FOR_EVER });
};

/** GET /portal/activity: the person's recent activity. */
const showActivity = (deps: LoginDeps) => async (c: LoginContext) => {
  const session = c.get('signedIn')?.session;
  if (!session) return signInPage(c, { returnTo: PORTAL_PATHS.activity }, deps);
  const recent = await deps.activities.recent(personKey(session.connection, session.subject));
  if (!recent.ok) return failurePage(c, storeUnavailable(recent.error), deps);
  return c.html(<ActivityPage view={viewOf(c, 'activity', deps)} activities={recent.value} />);
};

/**
 * What needs none of login's keys. The page that says that they cannot be read needs its stylesheet, and a command line can be
 * installed meanwhile.
 */
export const fileRoutes = (deps: LoginDeps): Hono<LoginEnv> =>
  new Hono<LoginEnv>().get(ASSET_ROUTE, sendAsset(deps)).get(COMMAND_LINE_PATH, serveCommandLine(deps));

/** Forms that change something run through `guardForms` (CSRF). */
export function portalRoutes(deps: LoginDeps): Hono<LoginEnv> {
  const session = withSession(deps);
  const guard = guardForms(deps);
  return new Hono<LoginEnv>()
    .get(LANGUAGE_PATH, chooseLanguage)
    .get(COOKIE_PATH, session, (c) => c.body(null, 204))
    .get(PORTAL_PATHS['sign-in'], showSignIn(deps))
    .get(PORTAL_PATHS.roles, session, showRoles(deps))
    .get(PORTAL_PATHS['step-up'], session, showStepUp(deps))
    .get(PORTAL_PATHS.sessions, session, showSessions(deps))
    .post(PORTAL_PATHS.sessions, session, guard, endSessions(deps))
    .get(PORTAL_PATHS.passkeys, session, showPasskeys(deps))
    .post(PORTAL_PATHS.passkeys, session, guard, changePasskey(deps))
    .get(PORTAL_PATHS.activity, session, showActivity(deps))
    .get(CREDENTIALS_PATH, session, showCredentialsGone(deps))
    .post(CREDENTIALS_PATH, session, guard, showCredentials(deps))
    .get(CONSOLE_PATH, session, askToOpenConsole(deps))
    .post(CONSOLE_PATH, session, guard, openConsole(deps));
}
