// GET /portal/step-up: the shortest way to what one role needs. Offers only what vend will take for it.
import type { SignOnFailure } from '../../../shared/errors.ts';
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import { personKey } from '../../../shared/people/person.ts';
import type { Session } from '../../../shared/people/session.ts';
import type { LoginDeps } from '../deps.ts';
import { failurePage } from '../http/failure-page.tsx';
import type { LoginContext } from '../http/login-env.ts';
import { toAdd, toConfirm } from '../passkeys/offer-ceremonies.ts';
import { currentSignOn } from '../sign-on/current-sign-on.ts';
import { startPath } from '../sign-on/return-path.ts';
import { askRoles } from './ask-roles.ts';
import { viewOf } from './page-view.ts';
import type { ConnectionChoice } from './pages/sign-in-page.tsx';
import { StepUpPage, type StepUpProps } from './pages/step-up-page.tsx';
import { isHelpedByProof, type PortalRole } from './portal-role.ts';
import { readRole, rolePath, stepUpPath } from './role-paths.ts';
import { signInPage } from './show-sign-in.tsx';
import { PAGE_PATHS } from './view.ts';

type Passkeys = Pick<StepUpProps, 'confirm' | 'add'>;

/** A session that ends too soon is not lengthened by a passkey, and the age of a sign-in not made less by a new one. */
async function offerPasskeys(
  { needs }: PortalRole,
  session: Session,
  now: Date,
  deps: LoginDeps,
): Promise<Result<Passkeys, SignOnFailure>> {
  const none = { confirm: undefined, add: undefined };
  if (needs.includes('fresh_token')) return ok(none);
  const listed = await deps.passkeys.list(personKey(session.connection, session.subject));
  if (!listed.ok) return err({ code: 'store_unavailable', ...listed.error });
  const confirm = await toConfirm(session, listed.value, now, deps);
  if (confirm || !needs.includes('mfa')) return ok({ ...none, confirm });
  const add = await toAdd(session, listed.value, now, deps);
  return add.ok ? ok({ ...none, add: add.value }) : add;
}

/** Where the session comes from: through another connection they would be somebody else. */
async function companyOf(
  { connection }: Session,
  returnTo: string,
  deps: LoginDeps,
): Promise<Result<ConnectionChoice, SignOnFailure>> {
  const signOn = await currentSignOn(deps.signOn);
  if (!signOn.ok) return signOn;
  const { name = connection } = signOn.value.connections.find(({ id }) => id === connection) ?? {};
  return ok({ name, href: startPath(connection, returnTo, true) });
}

export const showStepUp = (deps: LoginDeps) => async (c: LoginContext) => {
  const role = readRole(c.req.query());
  if (role === undefined) return c.redirect(PAGE_PATHS.roles, 303);
  const signedIn = c.get('signedIn');
  if (!signedIn) return signInPage(c, { returnTo: stepUpPath(role) }, deps);
  const roles = await askRoles(c, signedIn, deps);
  if (!roles.ok) return failurePage(c, roles.error, deps);
  const wanted = roles.value.find((one) => one.role === role);
  if (!wanted) return c.redirect(PAGE_PATHS.roles, 303);
  const back = rolePath(role);
  const needs = wanted.needs.filter(isHelpedByProof);
  if (needs.length === 0) return c.redirect(back, 303);
  const { session } = signedIn;
  const passkeys = await offerPasskeys(wanted, session, c.get('now'), deps);
  if (!passkeys.ok) return failurePage(c, passkeys.error, deps);
  const company = await companyOf(session, back, deps);
  if (!company.ok) return failurePage(c, company.error, deps);
  const ways = { ...passkeys.value, company: company.value };
  const view = { ...viewOf(c, 'step-up', deps), here: stepUpPath(role) };
  return c.html(<StepUpPage view={view} role={{ ...wanted, needs }} {...ways} />);
};
