// The list of the roles that a person can take. vend decides which roles these are.
import { ok, type Result } from '../../../shared/kernel/result.ts';
import type { SignOnFailure } from '../../../shared/people/sign-on-failure.ts';
import { searchPath } from '../paths/page-paths.ts';
import { callVend, ROLES_CALL } from '../request/call-vend.ts';
import type { LoginDeps } from '../request/deps.ts';
import { failurePage } from '../request/failure-page.tsx';
import type { LoginContext, SignedIn } from '../request/login-env.ts';
import { viewOf } from '../request/page-view.ts';
import { browserAddress, readRole } from '../request/request-parts.ts';
import { type PortalRole, readQuery, toPortalRole } from '../ui/model/role-list.ts';
import { HomePage } from '../ui/pages/home-page.tsx';
import { signInPage } from './show-sign-in.tsx';

/** The roles that vend names to the person, as the portal shows them. */
export async function fetchPortalRoles(
  c: LoginContext,
  signedIn: SignedIn,
  deps: LoginDeps,
): Promise<Result<readonly PortalRole[], SignOnFailure>> {
  const answer = await callVend(c, signedIn, ROLES_CALL, deps);
  if (!answer.ok) return answer;
  const isAddressKnown = browserAddress(c, deps) !== undefined;
  return ok(answer.value.body.roles.map((role) => toPortalRole(role, isAddressKnown)));
}

/** GET /portal: the list of roles, or the ways to sign in. */
export const showRoles = (deps: LoginDeps) => async (c: LoginContext) => {
  const signedIn = c.get('signedIn');
  if (!signedIn) return signInPage(c, {}, deps);
  const roles = await fetchPortalRoles(c, signedIn, deps);
  if (!roles.ok) return failurePage(c, roles.error, deps);
  const search = { query: readQuery(c.req.query('q')), wanted: readRole(c.req.query()) };
  const here = search.query === '' ? {} : { here: searchPath(search.query) };
  const view = { ...viewOf(c, 'roles', deps), ...here };
  return c.html(<HomePage view={view} roles={roles.value} {...search} />);
};
