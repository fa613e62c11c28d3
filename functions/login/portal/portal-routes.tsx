// The portal's pages. It decides nothing: what somebody may take, vend says.
import { Hono } from 'hono';
import * as z from 'zod';
import type { LoginDeps } from '../deps.ts';
import { failurePage } from '../http/failure-page.tsx';
import type { LoginEnv, SignedIn } from '../http/login-env.ts';
import { withSession } from '../sessions/load-session.ts';
import { currentSignOn } from '../sign-on/current-sign-on.ts';
import { mintToken } from '../tokens/mint-token.ts';
import { RolesPage } from './roles-page.tsx';
import { SignInPage } from './sign-in-page.tsx';

const Roles = z.object({ roles: z.array(z.object({ role: z.string(), description: z.string() })) });

async function askForRoles({ session, endsAt }: SignedIn, now: Date, { vend, tokens }: LoginDeps) {
  const token = await mintToken(session, endsAt, now, tokens);
  const answer = await vend.call(token, { method: 'GET', path: '/v1/roles' });
  return answer.ok ? Roles.safeParse(answer.value.body.reveal()).data?.roles : undefined;
}

export const portalRoutes = (deps: LoginDeps): Hono<LoginEnv> =>
  new Hono<LoginEnv>().get('/portal', withSession(deps), async (c) => {
    const { publicUrl } = deps;
    const nonce = c.get('secureHeadersNonce');
    const signedIn = c.get('signedIn');
    if (signedIn) {
      const roles = await askForRoles(signedIn, c.get('now'), deps);
      return c.html(
        <RolesPage session={signedIn.session} roles={roles} publicUrl={publicUrl} nonce={nonce} />,
      );
    }
    const signOn = await currentSignOn(deps.signOn);
    if (!signOn.ok) return failurePage(c, signOn.error, deps);
    const { connections } = signOn.value;
    return c.html(<SignInPage connections={connections} publicUrl={publicUrl} nonce={nonce} />);
  });
