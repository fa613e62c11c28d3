// The messages that Stint sends to an identity provider, each as the address that takes a browser there (HTTP-Redirect
// binding). node-saml writes them, `signRedirect` signs them.
import type { KeyObject } from 'node:crypto';
import { SAML } from '@node-saml/node-saml';
import type { SamlName } from '../../../../shared/people/session.ts';
import type { LocatedConnection, SamlConnection } from '../../../../shared/rules/sign-on/saml-connection.ts';
import { signRedirect } from './redirect-binding.ts';
import type { ServiceProvider } from './service-provider.ts';

const FORMAT_UNSPECIFIED = 'urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified';

export type ConnectionWithLogout = SamlConnection & { readonly sloUrl: string };

interface AuthnRequest {
  readonly requestId: string;
  readonly relayState: string;
  /** People must prove who they are again, even if the identity provider still knows them (saml-core section 3.4.1). */
  readonly isFresh: boolean;
  /** Undefined: the request is not signed. */
  readonly signingKey: KeyObject | undefined;
}

/** An AuthnRequest (saml-core section 3.4.1). */
export async function authnRequestUrl(
  connection: LocatedConnection,
  { entityId, acsUrl }: ServiceProvider,
  { requestId, relayState, isFresh, signingKey }: AuthnRequest,
): Promise<string> {
  const saml = new SAML({
    entryPoint: connection.ssoUrl,
    idpCert: [...connection.certificates],
    issuer: entityId,
    callbackUrl: acsUrl,
    identifierFormat: connection.nameIdFormat,
    ...contextsAsked(connection, isFresh),
    forceAuthn: isFresh,
    generateUniqueId: () => requestId,
  });
  return signRedirect(await saml.getAuthorizeUrlAsync(relayState, undefined, {}), signingKey);
}

/**
 * The company decides how people prove who they are, and the response says which way it was. Only a step-up asks for a way: one of
 * these exactly, since few providers have an order of their contexts (saml-core section 3.3.2.2.1).
 */
const contextsAsked = ({ stepUp }: SamlConnection, isFresh: boolean) =>
  isFresh && stepUp !== undefined
    ? {
        disableRequestedAuthnContext: false,
        authnContext: stepUp.authnContexts,
        racComparison: 'exact' as const,
      }
    : { disableRequestedAuthnContext: true };

interface LogoutRequest {
  readonly requestId: string;
  readonly name: SamlName;
  readonly signingKey: KeyObject;
}

/**
 * A LogoutRequest for a person who signs out here (saml-profiles section 4.4.3.1). It has no RelayState: the cookie of the
 * browser names the request, and a RelayState could be replaced on the way.
 */
export async function logoutRequestUrl(
  connection: ConnectionWithLogout,
  provider: ServiceProvider,
  { requestId, name, signingKey }: LogoutRequest,
): Promise<string> {
  const saml = samlForLogout(connection, provider, requestId);
  const { nameId, format, nameQualifier, spNameQualifier, sessionIndex } = name;
  const person = {
    issuer: connection.entityId,
    nameID: nameId,
    // saml-core section 2.2.2: the meaning of an absent format.
    nameIDFormat: format ?? FORMAT_UNSPECIFIED,
    ...(nameQualifier === undefined ? {} : { nameQualifier }),
    ...(spNameQualifier === undefined ? {} : { spNameQualifier }),
    ...(sessionIndex === undefined ? {} : { sessionIndex }),
  };
  return signRedirect(await saml.getLogoutUrlAsync(person, '', {}), signingKey);
}

interface LogoutResponse {
  /** The id of the request that it answers. */
  readonly inResponseTo: string;
  readonly relayState: string | undefined;
  readonly isSuccess: boolean;
  readonly signingKey: KeyObject | undefined;
}

/** A LogoutResponse to a request of the identity provider (saml-core section 3.7.2). */
export async function logoutResponseUrl(
  connection: ConnectionWithLogout,
  provider: ServiceProvider,
  { inResponseTo, relayState = '', isSuccess, signingKey }: LogoutResponse,
): Promise<string> {
  const request = { ID: inResponseTo, issuer: connection.entityId, nameID: '', nameIDFormat: '' };
  const saml = samlForLogout(connection, provider);
  return signRedirect(await saml.getLogoutResponseUrlAsync(request, relayState, {}, isSuccess), signingKey);
}

const samlForLogout = (
  { sloUrl, certificates }: ConnectionWithLogout,
  { entityId, acsUrl }: ServiceProvider,
  id?: string,
): SAML =>
  new SAML({
    entryPoint: sloUrl,
    logoutUrl: sloUrl,
    idpCert: [...certificates],
    issuer: entityId,
    callbackUrl: acsUrl,
    ...(id === undefined ? {} : { generateUniqueId: () => id }),
  });
