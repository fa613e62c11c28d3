// The console of Alibaba Cloud, opened as a role. A link may name the role and the page to arrive at; it opens nothing by itself.
// The person's own click does, since a console that opens unasked could be a trap of the site that made the link.
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import type { ConsoleDestination } from '../../../shared/people/console-port.ts';
import type { SignOnFailure } from '../../../shared/people/sign-on-failure.ts';
import { parseConsoleDestination } from '../paths/console-destination.ts';
import { consolePath, DESTINATION } from '../paths/page-paths.ts';
import type { LoginDeps } from '../request/deps.ts';
import { failurePage } from '../request/failure-page.tsx';
import type { LoginContext } from '../request/login-env.ts';
import { viewOf } from '../request/page-view.ts';
import { noteActivity, record } from '../request/record.ts';
import { readForm, readRole } from '../request/request-parts.ts';
import { ConsolePage } from '../ui/pages/console-page.tsx';
import { fetchPortalRoles } from './show-roles.tsx';
import { signInPage } from './show-sign-in.tsx';
import { NamedRole, takeRole } from './take-role.tsx';

/** Undefined: the start page. Another site's page is refused, and is no longer a destination anywhere. */
function readDestination(
  text: string | undefined,
  { consoleUrl }: LoginDeps,
): Result<ConsoleDestination | undefined, SignOnFailure> {
  if (text === undefined) return ok(undefined);
  const destination = parseConsoleDestination(text, consoleUrl);
  return destination === undefined
    ? err({ code: 'destination_refused', reason: 'not-the-console' })
    : ok(destination);
}

/** GET /portal/console?role=…&to=…: the page that asks. `role` is a role id or a RoleArn. */
export const askToOpenConsole = (deps: LoginDeps) => async (c: LoginContext) => {
  const named = NamedRole.safeParse(c.req.query('role'));
  if (!named.success) return failurePage(c, { code: 'not_found', reason: 'no-route' }, deps);
  const destination = readDestination(c.req.query(DESTINATION), deps);
  if (!destination.ok) return failurePage(c, destination.error, deps);
  const here = consolePath(named.data, destination.value);
  const signedIn = c.get('signedIn');
  if (!signedIn) return signInPage(c, { returnTo: here }, deps);
  const roles = await fetchPortalRoles(c, signedIn, deps);
  if (!roles.ok) return failurePage(c, roles.error, deps);
  const role = roles.value.find((one) => one.role === named.data || one.roleArn === named.data);
  if (!role) return failurePage(c, { code: 'access_denied', reason: 'vend-refused' }, deps);
  const view = { ...viewOf(c, 'roles', deps), here };
  return c.html(<ConsolePage view={view} role={role} destination={destination.value} />);
};

/**
 * POST /portal/console: exchanges the credentials for a sign-in link of Alibaba Cloud and redirects the browser to it. No page
 * and no URL of ours contains the credentials or the link.
 */
export const openConsole = (deps: LoginDeps) => async (c: LoginContext) => {
  const form = await readForm(c);
  const destination = readDestination(form[DESTINATION], deps);
  if (!destination.ok) return failurePage(c, destination.error, deps);
  const taken = await takeRole(c, 'console_failed', deps);
  if (!taken.ok) return failurePage(c, taken.error, deps, readRole(form));
  const { role, credentials, session } = taken.value;
  const link = await deps.console.link(credentials, destination.value);
  const failure = link.ok ? undefined : ({ code: 'console_unavailable', reason: link.error } as const);
  const { connection, subject, id } = session;
  const entry = { action: 'console', connection, subject, session: id, role } as const;
  const recorded = await record(c, { ...entry, ...(failure && { failure }) }, deps);
  if (!link.ok) await noteActivity(c, session, { kind: 'console_failed', subject: role }, deps);
  if (!link.ok) return failurePage(c, { code: 'console_unavailable', reason: link.error }, deps);
  if (!recorded.ok) return failurePage(c, recorded.error, deps);
  await noteActivity(c, session, { kind: 'console', subject: role }, deps);
  return c.redirect(link.value.reveal(), 303);
};
