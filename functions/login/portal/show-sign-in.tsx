// GET /portal/sign-in: the ways to sign on, each of which leads on to what was wanted.
import type { LoginDeps } from '../deps.ts';
import { failurePage } from '../http/failure-page.tsx';
import type { LoginContext } from '../http/login-env.ts';
import { toSignIn } from '../passkeys/offer-ceremonies.ts';
import { currentSignOn } from '../sign-on/current-sign-on.ts';
import { FRESH } from '../sign-on/fresh.ts';
import { RETURN_TO, returnPath, signInPath, startPath } from '../sign-on/return-path.ts';
import { viewOf } from './page-view.ts';
import { SignInPage } from './pages/sign-in-page.tsx';

interface Wanted {
  /** Undefined: the list of roles. */
  readonly returnTo?: string | undefined;
  /** To be proved anew. */
  readonly isFresh?: boolean;
}

export async function signInPage(c: LoginContext, { returnTo, isFresh = false }: Wanted, deps: LoginDeps) {
  const signOn = await currentSignOn(deps.signOn);
  if (!signOn.ok) return failurePage(c, signOn.error, deps);
  const connections = signOn.value.connections.map(({ id, name }) => ({
    name,
    href: startPath(id, returnTo, isFresh),
  }));
  const arePasskeysEnough = signOn.value.passkeys.maxSignOnAgeSeconds > 0;
  const passkey = arePasskeysEnough ? await toSignIn(c.get('now'), deps) : undefined;
  const here = returnTo === undefined ? {} : { here: signInPath(returnTo, isFresh) };
  const view = { ...viewOf(c, 'sign-in', deps), ...here };
  return c.html(<SignInPage view={view} connections={connections} passkey={passkey} returnTo={returnTo} />);
}

export const showSignIn = (deps: LoginDeps) => (c: LoginContext) => {
  const asked = c.req.query(RETURN_TO);
  const returnTo = asked === undefined ? undefined : returnPath(asked);
  return signInPage(c, { returnTo, isFresh: c.req.query(FRESH) !== undefined }, deps);
};
