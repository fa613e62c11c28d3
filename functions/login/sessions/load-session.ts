// The session of the browser that asks, for the pages that need one.
import { createMiddleware } from 'hono/factory';
import type { SignOn } from '../../../shared/access/sign-on/sign-on.ts';
import type { SignOnFailure } from '../../../shared/errors.ts';
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import type { LoginDeps } from '../deps.ts';
import { failurePage } from '../http/failure-page.tsx';
import type { LoginContext, LoginEnv, SignedIn } from '../http/login-env.ts';
import { currentSignOn } from '../sign-on/current-sign-on.ts';
import { resumeSession } from './resume-session.ts';
import { clearSessionCookie, readSessionCookie, writeSessionCookie } from './session-cookie.ts';

/** Undefined: nobody is signed on here; a cookie that opens nothing any more is taken back. */
export async function findSession(
  c: LoginContext,
  signOn: SignOn,
  { sessions }: LoginDeps,
): Promise<Result<SignedIn | undefined, SignOnFailure>> {
  const handle = readSessionCookie(c);
  if (!handle) return ok(undefined);
  const resumed = await resumeSession(handle, c.get('now'), signOn, sessions);
  if (!resumed.ok) return err({ code: 'store_unavailable', ...resumed.error });
  if (!resumed.value) clearSessionCookie(c);
  else if (resumed.value.newSecret !== undefined)
    writeSessionCookie(c, { ...handle, secret: resumed.value.newSecret });
  return ok(resumed.value);
}

export const withSession = (deps: LoginDeps) =>
  createMiddleware<LoginEnv>(async (c, next) => {
    const signOn = await currentSignOn(deps.signOn);
    const found = signOn.ok ? await findSession(c, signOn.value, deps) : signOn;
    if (!found.ok) return failurePage(c, found.error, deps);
    c.set('signedIn', found.value);
    return next();
  });
