// The page of a person's own sessions: list them, and end one or all others.
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import { storeUnavailable } from '../../../shared/kernel/store-fault.ts';
import { isOfGenerations } from '../../../shared/people/leaver.ts';
import { personKey } from '../../../shared/people/person.ts';
import type { Session } from '../../../shared/people/session.ts';
import type { SignOnFailure } from '../../../shared/people/sign-on-failure.ts';
import type { SignOn, SignOnInForce } from '../../../shared/rules/sign-on/sign-on.ts';
import { PORTAL_PATHS } from '../paths/page-paths.ts';
import { currentSignOn } from '../request/current-sign-on.ts';
import type { LoginDeps } from '../request/deps.ts';
import { failurePage } from '../request/failure-page.tsx';
import type { LoginContext } from '../request/login-env.ts';
import { viewOf } from '../request/page-view.ts';
import { noteActivity, record } from '../request/record.ts';
import { readForm } from '../request/request-parts.ts';
import { endWithCommandLines } from '../sessions/end-sessions.ts';
import { absoluteEnd, isOpen } from '../sessions/session-limits.ts';
import { describeBrowser } from '../ui/model/describe-browser.ts';
import { type ListedSession, SessionsPage } from '../ui/pages/sessions-page.tsx';
import { signInPage } from './show-sign-in.tsx';

const OTHERS = 'others';

function toListed(session: Session, current: Session, limits: SignOn['sessions']): ListedSession {
  return {
    id: session.id,
    browser: describeBrowser(session.browser),
    commandLine: session.commandLine && { device: session.commandLine.device },
    isCurrent: session.id === current.id,
    startedAt: session.commandLine?.startedAt ?? session.signedOnAt,
    lastSeenAt: session.lastSeenAt,
    endsAt: absoluteEnd(session, limits),
  };
}

/** The sessions that are still open, the last used first. */
async function sessionsOf(
  { connection, subject, leaverGenerations = [] }: Session,
  signOn: SignOnInForce,
  now: Date,
  deps: LoginDeps,
): Promise<Result<readonly Session[], SignOnFailure>> {
  const all = await deps.sessions.list(personKey(connection, subject));
  if (!all.ok) return err(storeUnavailable(all.error));
  const running = all.value.filter(
    (session) =>
      isOpen(session, signOn, now) && isOfGenerations(leaverGenerations, session.leaverGenerations),
  );
  return ok(running.toSorted((a, b) => b.lastSeenAt.getTime() - a.lastSeenAt.getTime()));
}

/** GET /portal/sessions. */
export const showSessions = (deps: LoginDeps) => async (c: LoginContext) => {
  const current = c.get('signedIn')?.session;
  if (!current) return signInPage(c, { returnTo: PORTAL_PATHS.sessions }, deps);
  const signOn = await currentSignOn(deps.signOn);
  if (!signOn.ok) return failurePage(c, signOn.error, deps);
  const limits = signOn.value.sessions;
  const found = await sessionsOf(current, signOn.value, c.get('now'), deps);
  if (!found.ok) return failurePage(c, found.error, deps);
  const sessions = found.value.map((session) => toListed(session, current, limits));
  return c.html(<SessionsPage view={viewOf(c, 'sessions', deps)} sessions={sessions} />);
};

/** POST /portal/sessions: ends one of the person's own sessions, or all but this one. Any other id ends nothing. */
export const endSessions = (deps: LoginDeps) => async (c: LoginContext) => {
  const current = c.get('signedIn')?.session;
  if (!current) return c.redirect(PORTAL_PATHS.roles, 303);
  const { connection, subject } = current;
  const own = await deps.sessions.list(personKey(connection, subject));
  if (!own.ok) return failurePage(c, storeUnavailable(own.error), deps);
  const { session: requested } = await readForm(c);
  const others = own.value.filter(({ id }) => id !== current.id);
  const chosen = requested === OTHERS ? others : others.filter(({ id }) => id === requested);
  const ended = await endWithCommandLines(chosen, deps);
  if (!ended.ok) return failurePage(c, storeUnavailable(ended.error), deps);
  const session = chosen.length === 1 ? chosen[0]?.id : undefined;
  const entry = { action: 'sign-out', connection, subject, ...(session && { session }) } as const;
  const recorded = await record(c, entry, deps);
  if (!recorded.ok) return failurePage(c, recorded.error, deps);
  if (chosen.length > 0) await noteActivity(c, current, { kind: 'session_ended', subject: '' }, deps);
  return c.redirect(PORTAL_PATHS.sessions, 303);
};
