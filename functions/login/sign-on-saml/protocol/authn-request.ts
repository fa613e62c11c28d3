// The request that sends a browser to the identity provider (HTTP-Redirect binding), written by node-saml.
import type { KeyObject } from 'node:crypto';
import { SAML } from '@node-saml/node-saml';
import type { SamlConnection } from '../../../../shared/rules/sign-on/saml-connection.ts';
import type { ServiceProvider } from './service-provider.ts';
import { signRedirect } from './sign-redirect.ts';

interface Asking {
  readonly requestId: string;
  readonly relayState: string;
  /** Whether people are to prove themselves anew, though the identity provider knows them. */
  readonly isFresh: boolean;
  /** Undefined: the request goes unsigned. */
  readonly signingKey: KeyObject | undefined;
}

export async function authnRequestUrl(
  connection: SamlConnection,
  { entityId, acsUrl }: ServiceProvider,
  { requestId, relayState, isFresh, signingKey }: Asking,
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
  return signRedirect(await saml.getAuthorizeUrlAsync(relayState, undefined, {}), signingKey);
}
