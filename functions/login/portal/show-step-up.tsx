// The page that offers the ways to satisfy the needs of a role, the shortest first. It offers only what vend accepts.
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import { storeUnavailable } from '../../../shared/kernel/store-fault.ts';
import { personKey } from '../../../shared/people/person.ts';
import type { Session } from '../../../shared/people/session.ts';
import type { SignOnFailure } from '../../../shared/people/sign-on-failure.ts';
import type { Connection } from '../../../shared/rules/sign-on/sign-on.ts';
import {
  consolePath,
  DESTINATION,
  PORTAL_PATHS,
  rolePath,
  startPath,
  stepUpPath,
  type ToConsole,
} from '../paths/page-paths.ts';
import { currentSignOn } from '../request/current-sign-on.ts';
import type { LoginDeps } from '../request/deps.ts';
import { failurePage } from '../request/failure-page.tsx';
import type { LoginContext } from '../request/login-env.ts';
import { viewOf } from '../request/page-view.ts';
import { readRole } from '../request/request-parts.ts';
import { offerConfirmation, offerEnrolment } from '../sign-on-passkeys/offer-ceremonies.ts';
import { isOpenedByProof, type PortalRole } from '../ui/model/role-list.ts';
import { StepUpPage, type StepUpProps } from '../ui/pages/step-up-page.tsx';
import { fetchPortalRoles } from './show-roles.tsx';
import { signInPage } from './show-sign-in.tsx';

type StepUpWays = Omit<StepUpProps, 'view' | 'role' | 'back'>;

/** Whether the provider asks for a second factor itself: that is one step, where a new passkey needs two. */
const asksForMore = (connection: Connection | undefined): boolean => connection?.stepUp !== undefined;

/** A passkey does not extend a session (`fresh_token`), and a new passkey does not make a sign-on more recent. */
async function offerPasskeys(
  { needs }: PortalRole,
  session: Session,
  connection: Connection | undefined,
  now: Date,
  deps: LoginDeps,
): Promise<Result<Omit<StepUpWays, 'company'>, SignOnFailure>> {
  const none = { confirm: undefined, add: undefined };
  if (needs.includes('fresh_token')) return ok(none);
  const listed = await deps.passkeys.list(personKey(session.connection, session.subject));
  if (!listed.ok) return err(storeUnavailable(listed.error));
  const confirm = await offerConfirmation(session, listed.value, now, deps);
  if (confirm || !needs.includes('mfa') || asksForMore(connection)) return ok({ ...none, confirm });
  const add = await offerEnrolment(session, listed.value, now, deps);
  return add.ok ? ok({ ...none, add: add.value }) : add;
}

/** `company`: the connection of the session, because another connection would sign in another person. */
async function waysTo(
  role: PortalRole,
  session: Session,
  { now, back }: { readonly now: Date; readonly back: string },
  deps: LoginDeps,
): Promise<Result<StepUpWays, SignOnFailure>> {
  const signOn = await currentSignOn(deps.signOn);
  if (!signOn.ok) return signOn;
  const connection = signOn.value.connections.find(({ id }) => id === session.connection);
  const passkeys = await offerPasskeys(role, session, connection, now, deps);
  if (!passkeys.ok) return passkeys;
  const href = startPath(session.connection, back, true);
  return ok({ ...passkeys.value, company: { name: connection?.name ?? session.connection, href } });
}

/** The page of the console is judged by the page that opens it. */
function readToConsole(c: LoginContext): ToConsole | undefined {
  const destination = c.req.query(DESTINATION);
  return destination === undefined ? undefined : { destination: destination || undefined };
}

/** GET /portal/step-up?role=…, with `to` where the page that opens the console asked. */
export const showStepUp = (deps: LoginDeps) => async (c: LoginContext) => {
  const role = readRole(c.req.query());
  if (role === undefined) return c.redirect(PORTAL_PATHS.roles, 303);
  const toConsole = readToConsole(c);
  const here = stepUpPath(role, toConsole);
  const back = toConsole ? consolePath(role, toConsole.destination) : rolePath(role);
  const signedIn = c.get('signedIn');
  if (!signedIn) return signInPage(c, { returnTo: here }, deps);
  const roles = await fetchPortalRoles(c, signedIn, deps);
  if (!roles.ok) return failurePage(c, roles.error, deps);
  const wanted = roles.value.find((one) => one.role === role);
  if (!wanted) return c.redirect(PORTAL_PATHS.roles, 303);
  if (!isOpenedByProof(wanted)) return c.redirect(back, 303);
  const ways = await waysTo(wanted, signedIn.session, { now: c.get('now'), back }, deps);
  if (!ways.ok) return failurePage(c, ways.error, deps);
  const view = { ...viewOf(c, 'step-up', deps), here };
  return c.html(<StepUpPage view={view} role={wanted} {...ways.value} back={back} />);
};
