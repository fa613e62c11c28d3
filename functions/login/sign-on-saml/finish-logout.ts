// The end of a logout that began here. The session was over before the browser left; what the identity provider answers
// decides only what the page says of its own session.
import type { SamlConnection } from '../../../shared/rules/sign-on/saml-connection.ts';
import { PORTAL_PATHS } from '../paths/page-paths.ts';
import type { LoginDeps } from '../request/deps.ts';
import { failurePage } from '../request/failure-page.tsx';
import type { LoginContext } from '../request/login-env.ts';
import { viewOf } from '../request/page-view.ts';
import { consumeLogoutState, readLogoutState } from '../sign-on/logout-state.ts';
import { SignedOutPage } from '../ui/pages/signed-out-page.tsx';
import { serviceProvider } from './protocol/service-provider.ts';
import type { Carried } from './protocol/verify-logout.ts';
import { verifyLogoutResponse } from './protocol/verify-logout.ts';

async function isConfirmed(
  c: LoginContext,
  connection: SamlConnection,
  answer: { readonly carried: Carried; readonly requestId: string },
  deps: LoginDeps,
): Promise<boolean> {
  const { carried, requestId } = answer;
  const { sloUrl } = serviceProvider(connection, deps.publicUrl);
  const verified = verifyLogoutResponse(carried, { connection, sloUrl, requestId, now: c.get('now') });
  if (verified.ok) return consumeLogoutState(c, connection, requestId, deps);
  const about = { requestId: c.get('requestId'), connection: connection.id, cause: verified.error };
  deps.logger.log('warn', 'logout-unconfirmed', about);
  return false;
}

export async function finishLogout(
  c: LoginContext,
  connection: SamlConnection,
  carried: Carried,
  deps: LoginDeps,
) {
  const requestId = await readLogoutState(c, connection, deps);
  // Nobody has signed out in this browser: a page that says so would be somebody else's words.
  if (requestId === undefined)
    return failurePage(c, { code: 'logout_refused', reason: 'state-missing' }, deps);
  const isOver = await isConfirmed(c, connection, { carried, requestId }, deps);
  c.set('hasProved', isOver);
  const outcome = isOver ? 'everywhere' : 'here';
  return c.html(SignedOutPage({ view: viewOf(c, 'sign-in', deps), next: PORTAL_PATHS['sign-in'], outcome }));
}
