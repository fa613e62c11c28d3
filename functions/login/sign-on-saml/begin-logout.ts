// A logout that begins here (saml-profiles section 4.4.3.1): where the browser goes, with a signed LogoutRequest written by
// node-saml. The session here must be over before.
import type { SamlName } from '../../../shared/people/session.ts';
import type { SamlConnection } from '../../../shared/rules/sign-on/saml-connection.ts';
import type { LoginDeps } from '../request/deps.ts';
import type { LoginContext } from '../request/login-env.ts';
import { issueLogoutState } from '../sign-on/logout-state.ts';
import { serviceProvider } from './protocol/service-provider.ts';
import { logoutRequestUrl } from './protocol/write-messages.ts';

/** Undefined where it cannot be asked for: no address, no key (the profile wants a signature), or no name to do it by. */
export async function beginLogout(
  c: LoginContext,
  connection: SamlConnection,
  name: SamlName | undefined,
  deps: LoginDeps,
): Promise<string | undefined> {
  const { sloUrl } = connection;
  const { signing } = deps.samlKeys;
  if (sloUrl === undefined || signing === undefined || name === undefined) return undefined;
  const provider = serviceProvider(connection, deps.publicUrl);
  const requestId = await issueLogoutState(c, connection, deps);
  return logoutRequestUrl({ ...connection, sloUrl }, provider, { requestId, name, signingKey: signing });
}
