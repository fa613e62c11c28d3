// The request that sends a browser to the identity provider (HTTP-Redirect binding), written by node-saml.
import { SAML } from '@node-saml/node-saml';
import type { SamlConnection } from '../../../shared/access/sign-on/saml-connection.ts';
import type { ServiceProvider } from './service-provider.ts';

interface Asking {
  readonly requestId: string;
  readonly relayState: string;
  /** Whether people are to prove themselves anew, though the identity provider knows them. */
  readonly isFresh: boolean;
}

export function authnRequestUrl(
  connection: SamlConnection,
  { entityId, acsUrl }: ServiceProvider,
  { requestId, relayState, isFresh }: Asking,
): Promise<string> {
  const saml = new SAML({
    entryPoint: connection.ssoUrl,
    idpCert: [...connection.certificates],
    issuer: entityId,
    callbackUrl: acsUrl,
    identifierFormat: connection.nameIdFormat,
    // How people prove themselves is the company's business; what they proved is in the answer.
    disableRequestedAuthnContext: true,
    forceAuthn: isFresh,
    generateUniqueId: () => requestId,
  });
  return saml.getAuthorizeUrlAsync(relayState, undefined, {});
}
