// GET /portal: the roles of whoever is signed on, else the ways to sign on.
import * as z from 'zod';
import type { LoginDeps } from '../deps.ts';
import { browserAddress } from '../http/browser-address.ts';
import { failurePage } from '../http/failure-page.tsx';
import type { LoginContext } from '../http/login-env.ts';
import { toSignIn } from '../passkeys/offer-ceremonies.ts';
import { currentSignOn } from '../sign-on/current-sign-on.ts';
import { FRESH } from '../sign-on/fresh.ts';
import { RETURN_TO, returnPath, signInPath, startPath } from '../sign-on/return-path.ts';
import { askVend } from './ask-vend.ts';
import { viewOf } from './page-view.ts';
import { HomePage } from './pages/home-page.tsx';
import { SignInPage } from './pages/sign-in-page.tsx';
import { toPortalRole, VendRole } from './portal-role.ts';
import { readQuery } from './search-roles.ts';

const Roles = z.object({ roles: z.array(VendRole) });
const ROLES_CALL = { method: 'GET', path: '/v1/roles', shape: Roles } as const;

export const showSignIn = (deps: LoginDeps) => async (c: LoginContext) => {
  const signOn = await currentSignOn(deps.signOn);
  if (!signOn.ok) return failurePage(c, signOn.error, deps);
  const isFresh = c.req.query(FRESH) !== undefined;
  const asked = c.req.query(RETURN_TO);
  const returnTo = asked === undefined ? undefined : returnPath(asked);
  const connections = signOn.value.connections.map(({ id, name }) => ({
    name,
    href: startPath(id, returnTo, isFresh),
  }));
  const arePasskeysEnough = signOn.value.passkeys.maxSignOnAgeSeconds > 0;
  const passkey = arePasskeysEnough ? await toSignIn(c.get('now'), deps) : undefined;
  const here = returnTo === undefined ? {} : { here: signInPath(returnTo, isFresh) };
  const view = { ...viewOf(c, 'sign-in', deps), ...here };
  return c.html(<SignInPage view={view} connections={connections} passkey={passkey} returnTo={returnTo} />);
};

export const showRoles = (deps: LoginDeps) => async (c: LoginContext) => {
  const signedIn = c.get('signedIn');
  if (!signedIn) return showSignIn(deps)(c);
  const answer = await askVend(c, signedIn, ROLES_CALL, deps);
  if (!answer.ok) return failurePage(c, answer.error, deps);
  const query = readQuery(c.req.query('q'));
  const isAddressKnown = browserAddress(c, deps) !== undefined;
  const roles = answer.value.roles.map((role) => toPortalRole(role, isAddressKnown));
  return c.html(<HomePage view={viewOf(c, 'roles', deps)} roles={roles} query={query} />);
};
