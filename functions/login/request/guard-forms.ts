// Protection against cross-site request forgery: the browser says which site a form comes from, and the form holds the token of
// the session (OWASP, Cross-Site Request Forgery Prevention).
import { timingSafeEqual } from 'node:crypto';
import { createMiddleware } from 'hono/factory';
import { FORM_TOKEN } from '../paths/page-paths.ts';
import type { LoginDeps } from './deps.ts';
import { failurePage } from './failure-page.tsx';
import type { LoginContext, LoginEnv } from './login-env.ts';
import { readForm, readRole } from './request-parts.ts';

/** Browsers send at least one of the two headers with every form. A request with neither is refused. */
function isFromOwnPage(c: LoginContext, publicOrigin: string): boolean {
  const site = c.req.header('sec-fetch-site');
  const origin = c.req.header('origin');
  if (origin !== undefined && origin !== publicOrigin) return false;
  if (site !== undefined && site !== 'same-origin') return false;
  return origin !== undefined || site !== undefined;
}

async function hasToken(c: LoginContext, expected: string): Promise<boolean> {
  const form = await readForm(c);
  const [given, kept] = [Buffer.from(String(form[FORM_TOKEN] ?? '')), Buffer.from(expected)];
  return given.length === kept.length && timingSafeEqual(given, kept);
}

/** For forms that a person can send without a session. */
export const onlyFromOwnPages = (deps: LoginDeps) => {
  const publicOrigin = new URL(deps.publicUrl).origin;
  return createMiddleware<LoginEnv>(async (c, next) =>
    isFromOwnPage(c, publicOrigin)
      ? next()
      : failurePage(c, { code: 'form_refused', reason: 'another-site' }, deps),
  );
};

/** For handlers that change something. Comes after `withSession`. */
export const guardForms = (deps: LoginDeps) => {
  const publicOrigin = new URL(deps.publicUrl).origin;
  return createMiddleware<LoginEnv>(async (c, next) => {
    const refuse = (reason: 'another-site' | 'form-token') =>
      failurePage(c, { code: 'form_refused', reason }, deps);
    if (!isFromOwnPage(c, publicOrigin)) return refuse('another-site');
    const signedIn = c.get('signedIn');
    if (!signedIn) {
      const role = readRole(await readForm(c));
      return failurePage(c, { code: 'session_ended', reason: 'session-missing' }, deps, role);
    }
    if (!(await hasToken(c, signedIn.session.formToken))) return refuse('form-token');
    return next();
  });
};
