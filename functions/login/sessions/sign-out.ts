// POST /login/sign-out: ends this browser's session.
import { Hono } from 'hono';
import type { LoginDeps } from '../deps.ts';
import { failurePage } from '../http/failure-page.tsx';
import { guardForms } from '../http/guard-forms.ts';
import type { LoginEnv } from '../http/login-env.ts';
import { record } from '../http/record.ts';
import { withSession } from './load-session.ts';
import { clearSessionCookie } from './session-cookie.ts';

export const signOutRoutes = (deps: LoginDeps): Hono<LoginEnv> =>
  new Hono<LoginEnv>().post('/login/sign-out', withSession(deps), guardForms(deps), async (c) => {
    const session = c.get('signedIn')?.session;
    const ended = await deps.sessions.end(session ? [session] : []);
    if (!ended.ok) return failurePage(c, { code: 'store_unavailable', ...ended.error }, deps);
    clearSessionCookie(c);
    const who = session && { connection: session.connection, subject: session.subject, session: session.id };
    const recorded = await record(c, { action: 'sign-out', ...who }, deps);
    if (!recorded.ok) return failurePage(c, recorded.error, deps);
    return c.redirect(`${deps.publicUrl}/portal`, 303);
  });
