// A logout that begins here (saml-profiles section 4.4.3.1): where the browser goes, with a signed LogoutRequest written by
// node-saml. The session here must be over before.
import { SAML } from '@node-saml/node-saml';
import type { SamlName } from '../../../shared/people/session.ts';
import type { SamlConnection } from '../../../shared/rules/sign-on/saml-connection.ts';
import type { LoginDeps } from '../request/deps.ts';
import type { LoginContext } from '../request/login-env.ts';
import { leaveLogout } from '../sign-on/logout-state.ts';
import { FORMAT_UNSPECIFIED } from './protocol/saml-names.ts';
import { serviceProvider } from './protocol/service-provider.ts';
import { signRedirect } from './protocol/sign-redirect.ts';

/** Undefined where it cannot be asked for: no address, no key (the profile wants a signature), or no name to do it by. */
export async function beginLogout(
  c: LoginContext,
  connection: SamlConnection,
  name: SamlName | undefined,
  deps: LoginDeps,
): Promise<string | undefined> {
  const { sloUrl, certificates } = connection;
  const { signing } = deps.samlKeys;
  if (sloUrl === undefined || signing === undefined || name === undefined) return undefined;
  const { entityId, acsUrl } = serviceProvider(connection, deps.publicUrl);
  const requestId = await leaveLogout(c, connection, deps);
  const saml = new SAML({
    entryPoint: sloUrl,
    logoutUrl: sloUrl,
    idpCert: [...certificates],
    issuer: entityId,
    callbackUrl: acsUrl,
    generateUniqueId: () => requestId,
  });
  const { nameId, format, nameQualifier, spNameQualifier, sessionIndex } = name;
  const person = {
    issuer: connection.entityId,
    nameID: nameId,
    // saml-core section 2.2.2: what none means.
    nameIDFormat: format ?? FORMAT_UNSPECIFIED,
    ...(nameQualifier === undefined ? {} : { nameQualifier }),
    ...(spNameQualifier === undefined ? {} : { spNameQualifier }),
    ...(sessionIndex === undefined ? {} : { sessionIndex }),
  };
  // No RelayState: the cookie says what the answer is to, and there is nothing for anybody to put in its place.
  return signRedirect(await saml.getLogoutUrlAsync(person, '', {}), signing);
}
