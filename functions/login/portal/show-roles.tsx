// GET /portal: the roles of whoever is signed on, else the ways to sign on.

import { readRole } from '../paths/role-paths.ts';
import type { LoginDeps } from '../request/deps.ts';
import { failurePage } from '../request/failure-page.tsx';
import type { LoginContext } from '../request/login-env.ts';
import { viewOf } from '../request/page-view.ts';
import { readQuery, searchPath } from '../ui/model/search-roles.ts';
import { HomePage } from '../ui/pages/home-page.tsx';
import { askRoles } from './ask-roles.ts';
import { signInPage } from './show-sign-in.tsx';

export const showRoles = (deps: LoginDeps) => async (c: LoginContext) => {
  const signedIn = c.get('signedIn');
  if (!signedIn) return signInPage(c, {}, deps);
  const roles = await askRoles(c, signedIn, deps);
  if (!roles.ok) return failurePage(c, roles.error, deps);
  const asked = { query: readQuery(c.req.query('q')), wanted: readRole(c.req.query()) };
  const here = asked.query === '' ? {} : { here: searchPath(asked.query) };
  const view = { ...viewOf(c, 'roles', deps), ...here };
  return c.html(<HomePage view={view} roles={roles.value} {...asked} />);
};
