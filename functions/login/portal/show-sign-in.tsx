// The page with the ways to sign in: a button for each connection of the company, and a passkey.
import { FRESH, RETURN_TO, returnPath, signInPath, startPath } from '../paths/page-paths.ts';
import { currentSignOn } from '../request/current-sign-on.ts';
import type { LoginDeps } from '../request/deps.ts';
import { failurePage } from '../request/failure-page.tsx';
import type { LoginContext } from '../request/login-env.ts';
import { viewOf } from '../request/page-view.ts';
import { offerSignIn } from '../sign-on-passkeys/offer-ceremonies.ts';
import { SignInPage } from '../ui/pages/sign-in-page.tsx';

interface SignInTarget {
  /** The path to go to afterwards. Undefined: the list of roles. */
  readonly returnTo?: string | undefined;
  /** The person must authenticate again, even if the provider still has a session. */
  readonly isFresh?: boolean;
}

/** The page in place of another one that needs a session. */
export async function signInPage(
  c: LoginContext,
  { returnTo, isFresh = false }: SignInTarget,
  deps: LoginDeps,
) {
  const signOn = await currentSignOn(deps.signOn);
  if (!signOn.ok) return failurePage(c, signOn.error, deps);
  const connections = signOn.value.connections.map(({ id, name }) => ({
    name,
    href: startPath(id, returnTo, isFresh),
  }));
  const arePasskeysEnough = signOn.value.passkeys.maxSignOnAgeSeconds > 0;
  const passkey = arePasskeysEnough ? await offerSignIn(c.get('now'), deps) : undefined;
  const here = returnTo === undefined ? {} : { here: signInPath(returnTo, isFresh) };
  const view = { ...viewOf(c, 'sign-in', deps), ...here };
  return c.html(<SignInPage view={view} connections={connections} passkey={passkey} returnTo={returnTo} />);
}

/** GET /portal/sign-in. */
export const showSignIn = (deps: LoginDeps) => (c: LoginContext) => {
  const requested = c.req.query(RETURN_TO);
  const returnTo = requested === undefined ? undefined : returnPath(requested);
  return signInPage(c, { returnTo, isFresh: c.req.query(FRESH) !== undefined }, deps);
};
