// Finds the session of a browser by its cookie, for the pages that need one.
import { createMiddleware } from 'hono/factory';
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import { type StoreFault, storeUnavailable } from '../../../shared/kernel/store-fault.ts';
import type { Session } from '../../../shared/people/session.ts';
import type { SessionStore } from '../../../shared/people/session-store.ts';
import type { SignOnFailure } from '../../../shared/people/sign-on-failure.ts';
import type { SignOnInForce } from '../../../shared/rules/sign-on/sign-on.ts';
import type { SessionKeys } from '../keys/session-key-set.ts';
import { currentSignOn } from '../request/current-sign-on.ts';
import type { LoginDeps } from '../request/deps.ts';
import { failurePage } from '../request/failure-page.tsx';
import type { LoginContext, LoginEnv, SignedIn } from '../request/login-env.ts';
import { noteActivity, record } from '../request/record.ts';
import { type EndingStores, endWithCommandLines } from './end-sessions.ts';
import { judgeCookie } from './judge-cookie.ts';
import { type Confirmed, type JudgeSession, judgeUse } from './recheck-session.ts';
import {
  readSessionCookie,
  type SessionHandle,
  setsSessionCookie,
  writeSessionCookie,
} from './session-cookie.ts';
import { absoluteEnd, requirementOf } from './session-limits.ts';

/** Concurrent requests of a browser write the same row. A request that loses reads again, and seldom has anything to add. */
const MAX_ATTEMPTS = 5;

type Resumed =
  | {
      readonly kind: 'open';
      readonly session: Session;
      /** The session and its tokens end then at the latest. */
      readonly endsAt: Date;
      /** The secret of the cookie that replaces the browser's. */
      readonly newSecret?: string;
    }
  /** A copy of a cookie was used, so the session has been ended. */
  | { readonly kind: 'stolen'; readonly session: Session };

type Resumption = Result<Resumed | undefined, StoreFault>;

interface CookieCheck {
  readonly handle: SessionHandle;
  readonly now: Date;
  readonly signOn: SignOnInForce;
  readonly stores: EndingStores;
  readonly judge: JudgeSession;
  readonly keys: SessionKeys;
}

async function endStolen(session: Session, stores: EndingStores): Promise<Resumption> {
  const ended = await endWithCommandLines([session], stores);
  return ended.ok ? ok({ kind: 'stolen', session }) : ended;
}

async function endOver(session: Session, store: SessionStore): Promise<Resumption> {
  const ended = await store.end([session]);
  return ended.ok ? ok(undefined) : ended;
}

/** `changed`: another request wrote or ended the session after this one read it. */
async function attempt({
  handle,
  now,
  signOn,
  stores,
  judge,
  keys,
}: CookieCheck): Promise<Resumption | 'changed'> {
  const store = stores.sessions;
  const found = await store.find(handle.person, handle.id);
  if (!found.ok) return found;
  const session = found.value;
  if (!session) return ok(undefined);
  const judged = judgeCookie(session, handle, now, keys);
  if (judged.kind === 'opens-nothing') return ok(undefined);
  if (judged.kind === 'copy') return endStolen(session, stores);
  const counts = await judge(session);
  if (!counts.ok) return counts;
  if (!counts.value) return endOver(session, store);
  const { secret } = judged;
  const after = withNews(session, judged.after, counts.value);
  const replaced = after === session ? ok('replaced') : await store.replace(session, after);
  if (!replaced.ok) return replaced;
  if (replaced.value === 'changed') return 'changed';
  const newSecret = secret === undefined ? {} : { newSecret: secret };
  return ok({ kind: 'open', session: after, endsAt: absoluteEnd(after, signOn.sessions), ...newSecret });
}

const withNews = (session: Session, after: Session, news: Confirmed): Session =>
  news.confirmedAt === undefined ? after : { ...after, ...news, version: session.version + 1 };

/** The session of a cookie. Notes its use and rotates its secret. Undefined: there is none, or it has ended. */
export async function resumeSession(check: CookieCheck): Promise<Resumption> {
  for (let i = 0; i < MAX_ATTEMPTS; i++) {
    const attempted = await attempt(check);
    if (attempted !== 'changed') return attempted;
  }
  return err({ reason: 'store-failed', cause: 'changed' });
}

interface BrowserSession extends SignedIn {
  /** The cookie that replaces the browser's. */
  readonly next?: SessionHandle;
}

/** Reports a stolen session, which has ended already, in the audit trail and in its owner's recent activity. */
async function reportTheft(c: LoginContext, session: Session, deps: LoginDeps) {
  const { connection, subject, id } = session;
  const failure = { code: 'session_ended', reason: 'cookie-reused' } as const;
  const recorded = await record(c, { action: 'sign-out', connection, subject, session: id, failure }, deps);
  await noteActivity(c, session, { kind: 'session_ended', subject: '' }, deps);
  return recorded;
}

/**
 * The session of the browser. Undefined: no one is signed in here.
 * Fails with `store_unavailable`, or `audit_unavailable` if the theft of a session cannot be recorded.
 */
export async function findSession(
  c: LoginContext,
  signOn: SignOnInForce,
  deps: LoginDeps,
  judge: JudgeSession = judgeUse(c, signOn, deps),
): Promise<Result<BrowserSession | undefined, SignOnFailure>> {
  const handle = readSessionCookie(c);
  if (!handle) return ok(undefined);
  const check = { handle, now: c.get('now'), signOn, stores: deps, judge, keys: deps.tokens.keys };
  const resumed = await resumeSession(check);
  if (!resumed.ok) return err(storeUnavailable(resumed.error));
  if (!resumed.value) return ok(undefined);
  if (resumed.value.kind === 'stolen') {
    const reported = await reportTheft(c, resumed.value.session, deps);
    return reported.ok ? ok(undefined) : reported;
  }
  const { session, endsAt, newSecret } = resumed.value;
  const next = newSecret === undefined ? {} : { next: { ...handle, secret: newSecret } };
  const requirement = requirementOf(session, signOn);
  return ok({ session, endsAt, requirement, isCookieNew: newSecret !== undefined, ...next });
}

/**
 * Middleware that sets `signedIn` and sends the browser its next cookie. It does not delete a cookie that opens no session:
 * the request may be older than a sign-on, and its response must not delete the cookie of that sign-on.
 */
export const withSession = (deps: LoginDeps) =>
  createMiddleware<LoginEnv>(async (c, next) => {
    const signOn = await currentSignOn(deps.signOn);
    const found = signOn.ok ? await findSession(c, signOn.value, deps) : signOn;
    if (!found.ok) return failurePage(c, found.error, deps);
    c.set('signedIn', found.value);
    await next();
    // A handler that sets or deletes the cookie takes precedence.
    if (found.value?.next && !setsSessionCookie(c)) writeSessionCookie(c, found.value.next);
    return undefined;
  });
