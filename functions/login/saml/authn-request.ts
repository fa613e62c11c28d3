// The request that sends a browser to the identity provider (HTTP-Redirect binding), written by node-saml.
import { SAML } from '@node-saml/node-saml';
import type { SamlConnection } from '../../../shared/access/sign-on/saml-connection.ts';
import type { ServiceProvider } from './service-provider.ts';

export function authnRequestUrl(
  connection: SamlConnection,
  { entityId, acsUrl }: ServiceProvider,
  { requestId, relayState }: { readonly requestId: string; readonly relayState: string },
): Promise<string> {
  const saml = new SAML({
    entryPoint: connection.ssoUrl,
    idpCert: [...connection.certificates],
    issuer: entityId,
    callbackUrl: acsUrl,
    identifierFormat: connection.nameIdFormat,
    // How people prove themselves is the company's business; what they proved is in the answer.
    disableRequestedAuthnContext: true,
    generateUniqueId: () => requestId,
  });
  return saml.getAuthorizeUrlAsync(relayState, undefined, {});
}
