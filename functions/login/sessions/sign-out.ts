// POST /login/sign-out: ends this browser's session, and then goes to the identity provider, where there is a way to end
// its session too (OpenID Connect RP-Initiated Logout 1.0, SAML Single Logout).
import { Hono } from 'hono';
import type { Session } from '../../../shared/people/session.ts';
import type { LoginDeps } from '../deps.ts';
import { failurePage } from '../http/failure-page.tsx';
import { guardForms } from '../http/guard-forms.ts';
import type { LoginContext, LoginEnv } from '../http/login-env.ts';
import { record } from '../http/record.ts';
import { viewOf } from '../portal/page-view.ts';
import { SignedOutPage } from '../portal/pages/signed-out-page.tsx';
import { beginLogout } from '../saml/begin-logout.ts';
import { currentSignOn } from '../sign-on/current-sign-on.ts';
import { endWithCommandLines } from './end-with-command-lines.ts';
import { withSession } from './load-session.ts';
import { clearSessionCookie } from './session-cookie.ts';

/** Undefined also when the provider is down or gone: here the person is signed out all the same. */
async function endSessionUrl(
  c: LoginContext,
  { connection: id, samlName }: Session,
  deps: LoginDeps,
): Promise<string | undefined> {
  const signOn = await currentSignOn(deps.signOn);
  const connection = signOn.ok ? signOn.value.connections.find((one) => one.id === id) : undefined;
  if (connection?.kind === 'saml') return beginLogout(c, connection, samlName, deps);
  if (connection === undefined) return undefined;
  const url = await deps.oidc.endSessionUrl(connection, `${deps.publicUrl}/portal`);
  return url.ok ? url.value?.href : undefined;
}

export const signOutRoutes = (deps: LoginDeps): Hono<LoginEnv> =>
  new Hono<LoginEnv>().post('/login/sign-out', withSession(deps), guardForms(deps), async (c) => {
    const session = c.get('signedIn')?.session;
    const ended = await endWithCommandLines(session ? [session] : [], deps.sessions);
    if (!ended.ok) return failurePage(c, { code: 'store_unavailable', ...ended.error }, deps);
    clearSessionCookie(c);
    c.set('signedIn', undefined);
    const who = session && {
      connection: session.connection,
      subject: session.subject,
      session: session.id,
    };
    const recorded = await record(c, { action: 'sign-out', ...who }, deps);
    if (!recorded.ok) return failurePage(c, recorded.error, deps);
    const portal = `${deps.publicUrl}/portal`;
    const next = (session && (await endSessionUrl(c, session, deps))) ?? portal;
    // A page that leads on, because `form-action 'self'` holds for what a form is redirected to as well; and at once,
    // because only now is it known which session of the provider it was.
    c.header('refresh', `0; url=${next}`);
    return c.html(SignedOutPage({ view: viewOf(c, 'sign-in', deps), next, outcome: 'leaving' }));
  });
