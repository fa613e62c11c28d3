// Stint as a SAML service provider at one connection: its names and addresses, and the metadata that tells them. Each
// connection is a service provider of its own, so a message for one connection is refused at another.
import type { SamlConnection } from '../../../../shared/rules/sign-on/saml-connection.ts';
import type { SamlKeys } from '../../keys/saml-key-set.ts';
import { connectionPath } from '../../paths/sign-on-paths.ts';

export interface ServiceProvider {
  readonly entityId: string;
  /** Assertion consumer service: takes responses. */
  readonly acsUrl: string;
  /** Single logout service. */
  readonly sloUrl: string;
}

export function serviceProvider({ id }: Pick<SamlConnection, 'id'>, publicUrl: string): ServiceProvider {
  return {
    entityId: `${publicUrl}${connectionPath('samlMetadata', id)}`,
    acsUrl: `${publicUrl}${connectionPath('samlAcs', id)}`,
    sloUrl: `${publicUrl}${connectionPath('samlLogout', id)}`,
  };
}

/**
 * The XML document that the identity provider's administrator loads (saml-metadata section 2.4.4). The certificate in use
 * comes first: an identity provider may take no other.
 */
export function metadata(
  { nameIdFormat, sloUrl: theirs, signedElement }: SamlConnection,
  { entityId, acsUrl, sloUrl }: ServiceProvider,
  { signing, certificates }: SamlKeys,
): string {
  const logout = (binding: string) =>
    `<md:SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:${binding}" Location="${escapeXml(sloUrl)}"/>`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="${escapeXml(entityId)}">`,
    `<md:SPSSODescriptor AuthnRequestsSigned="${signing !== undefined}" WantAssertionsSigned="${signedElement !== 'response'}" protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">`,
    ...certificates.map(keyDescriptor),
    ...(theirs === undefined ? [] : [logout('HTTP-Redirect'), logout('HTTP-POST')]),
    `<md:NameIDFormat>${escapeXml(nameIdFormat)}</md:NameIDFormat>`,
    `<md:AssertionConsumerService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="${escapeXml(acsUrl)}" index="0" isDefault="true"/>`,
    '</md:SPSSODescriptor>',
    '</md:EntityDescriptor>\n',
  ].join('\n');
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};

const escapeXml = (text: string): string => text.replace(/[&<>"]/g, (found) => ESCAPES[found] ?? '');

function keyDescriptor(certificate: string): string {
  const base64 = certificate.replace(/-----[A-Z ]+-----|\n/g, '');
  return `<md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data><ds:X509Certificate>${base64}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>`;
}
