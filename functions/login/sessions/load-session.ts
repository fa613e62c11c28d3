// The session of the browser that asks, for the pages that need one.
import { createMiddleware } from 'hono/factory';
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import { storeUnavailable } from '../../../shared/kernel/store-fault.ts';
import type { Session } from '../../../shared/people/session.ts';
import type { SignOnFailure } from '../../../shared/people/sign-on-failure.ts';
import type { SignOnInForce } from '../../../shared/rules/sign-on/sign-on.ts';
import { currentSignOn } from '../request/current-sign-on.ts';
import type { LoginDeps } from '../request/deps.ts';
import { failurePage } from '../request/failure-page.tsx';
import type { LoginContext, LoginEnv, SignedIn } from '../request/login-env.ts';
import { noteActivity, record } from '../request/record.ts';
import { resumeSession } from './resume-session.ts';
import {
  readSessionCookie,
  type SessionHandle,
  saysSessionCookie,
  writeSessionCookie,
} from './session-cookie.ts';
import { requirementOf } from './session-limits.ts';

interface Found extends SignedIn {
  /** What the browser shall have in place of its cookie. */
  readonly next?: SessionHandle;
}

/** The session is over already; its owner, and whoever watches the audit trail, are told that it was stolen. */
async function tellTheft(c: LoginContext, session: Session, deps: LoginDeps) {
  const { connection, subject, id } = session;
  const failure = { code: 'session_ended', reason: 'cookie-reused' } as const;
  const recorded = await record(c, { action: 'sign-out', connection, subject, session: id, failure }, deps);
  await noteActivity(c, session, { kind: 'session_ended', subject: '' }, deps);
  return recorded;
}

/** Undefined: nobody is signed on here. */
export async function findSession(
  c: LoginContext,
  signOn: SignOnInForce,
  deps: LoginDeps,
): Promise<Result<Found | undefined, SignOnFailure>> {
  const handle = readSessionCookie(c);
  if (!handle) return ok(undefined);
  const { sessions: store, tokens } = deps;
  const resumed = await resumeSession({ handle, now: c.get('now'), signOn, store, keys: tokens.keys });
  if (!resumed.ok) return err(storeUnavailable(resumed.error));
  if (!resumed.value) return ok(undefined);
  if (resumed.value.kind === 'stolen') {
    const told = await tellTheft(c, resumed.value.session, deps);
    return told.ok ? ok(undefined) : told;
  }
  const { session, endsAt, newSecret } = resumed.value;
  const next = newSecret === undefined ? {} : { next: { ...handle, secret: newSecret } };
  const requirement = requirementOf(session, signOn);
  return ok({ session, endsAt, requirement, isCookieNew: newSecret !== undefined, ...next });
}

/**
 * A cookie that opens nothing is left to the browser: the request may have left it before a sign-on, whose cookie must not
 * be taken back by its answer.
 */
export const withSession = (deps: LoginDeps) =>
  createMiddleware<LoginEnv>(async (c, next) => {
    const signOn = await currentSignOn(deps.signOn);
    const found = signOn.ok ? await findSession(c, signOn.value, deps) : signOn;
    if (!found.ok) return failurePage(c, found.error, deps);
    c.set('signedIn', found.value);
    await next();
    // What a handler says of the cookie is the last word.
    if (found.value?.next && !saysSessionCookie(c)) writeSessionCookie(c, found.value.next);
    return undefined;
  });
