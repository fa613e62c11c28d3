// What the identity provider's administrator loads: Stint as a service provider at this connection (saml-metadata 2.4.4).
import type { SamlConnection } from '../../../../shared/rules/sign-on/saml-connection.ts';
import type { SamlKeys } from '../../keys/saml-keys.ts';
import type { ServiceProvider } from './service-provider.ts';

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

/** The certificate in use first: an identity provider may take no other. */
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
