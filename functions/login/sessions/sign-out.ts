// POST /login/sign-out: ends this browser's session, and then goes to the identity provider, where there is a page to end
// its session too (OpenID Connect RP-Initiated Logout 1.0).
import { Hono } from 'hono';
import type { LoginDeps } from '../deps.ts';
import { failurePage } from '../http/failure-page.tsx';
import { guardForms } from '../http/guard-forms.ts';
import type { LoginEnv } from '../http/login-env.ts';
import { record } from '../http/record.ts';
import { viewOf } from '../portal/page-view.ts';
import { SignedOutPage } from '../portal/pages/signed-out-page.tsx';
import { connectionOf, currentSignOn } from '../sign-on/current-sign-on.ts';
import { endWithCommandLines } from './end-with-command-lines.ts';
import { withSession } from './load-session.ts';
import { clearSessionCookie } from './session-cookie.ts';

/** Undefined also when the provider is down or gone: here the person is signed out all the same. */
async function endSessionUrl(connectionId: string, deps: LoginDeps): Promise<string | undefined> {
  const signOn = await currentSignOn(deps.signOn);
  const connection = signOn.ok ? connectionOf(signOn.value, 'oidc', connectionId) : signOn;
  if (!connection.ok) return undefined;
  const url = await deps.oidc.endSessionUrl(connection.value, `${deps.publicUrl}/portal`);
  return url.ok ? url.value?.href : undefined;
}

export const signOutRoutes = (deps: LoginDeps): Hono<LoginEnv> =>
  new Hono<LoginEnv>()
    .post('/login/sign-out', withSession(deps), guardForms(deps), async (c) => {
      const session = c.get('signedIn')?.session;
      const ended = await endWithCommandLines(session ? [session] : [], deps.sessions);
      if (!ended.ok) return failurePage(c, { code: 'store_unavailable', ...ended.error }, deps);
      clearSessionCookie(c);
      const who = session && {
        connection: session.connection,
        subject: session.subject,
        session: session.id,
      };
      const recorded = await record(c, { action: 'sign-out', ...who }, deps);
      if (!recorded.ok) return failurePage(c, recorded.error, deps);
      const next = session ? `/login/signed-out/${session.connection}` : '/portal';
      return c.redirect(`${deps.publicUrl}${next}`, 303);
    })
    // A page between, because `form-action 'self'` holds for what a form is redirected to as well.
    .get('/login/signed-out/:connection', async (c) => {
      const next = (await endSessionUrl(c.req.param('connection'), deps)) ?? `${deps.publicUrl}/portal`;
      c.header('refresh', `0; url=${next}`);
      return c.html(SignedOutPage({ view: viewOf(c, 'sign-in', deps), next }));
    });
