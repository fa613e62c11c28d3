// Metadata of a SAML identity provider for tests, as its vendors write them and as attackers would.
import { type Signing, signXml } from '../../local/saml/issue-response.ts';
import { ok } from '../../shared/kernel/result.ts';
import type { FetchDocument } from '../../shared/people/idp-port.ts';
import { IDP, SIGNER } from './saml-idp.ts';

export const METADATA_URL = 'https://idp.example.com/metadata';
const REDIRECT = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect';
const MD = 'urn:oasis:names:tc:SAML:2.0:metadata';

const base64Of = (certificate: string): string => certificate.replace(/-----[A-Z ]+-----|\s/g, '');

/** `use` undefined: the key serves for signing and for encryption. */
export const keyDescriptor = (certificate: string, use: string | undefined = 'signing'): string =>
  `<md:KeyDescriptor${use === undefined ? '' : ` use="${use}"`}><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data><ds:X509Certificate>\n${base64Of(certificate)}\n</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>`;

interface Parts {
  readonly entityId?: string;
  /** Elements. */
  readonly keys?: string;
  readonly ssoUrl?: string;
  readonly sloUrl?: string;
  /** Attributes of the entity and of its role. */
  readonly entity?: string;
  readonly role?: string;
  /** Elements before the role. */
  readonly before?: string;
}

export function entityXml({
  entityId = IDP,
  keys = keyDescriptor(SIGNER.certificate),
  ssoUrl = 'https://idp.example.com/sso',
  sloUrl = 'https://idp.example.com/slo',
  entity = '',
  role = '',
  before = '',
}: Parts = {}): string {
  return [
    `<md:EntityDescriptor xmlns:md="${MD}" ID="_entity" entityID="${entityId}" ${entity}>`,
    before,
    `<md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol" ${role}>`,
    keys,
    `<md:SingleLogoutService Binding="${REDIRECT}" Location="${sloUrl}"/>`,
    `<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://idp.example.com/post"/>`,
    `<md:SingleSignOnService Binding="${REDIRECT}" Location="${ssoUrl}"/>`,
    '</md:IDPSSODescriptor>',
    '</md:EntityDescriptor>',
  ].join('\n');
}

export const groupXml = (...entities: readonly string[]): string =>
  `<md:EntitiesDescriptor xmlns:md="${MD}" ID="_group">${entities.join('\n')}</md:EntitiesDescriptor>`;

/** The shape of ADFS's federationmetadata.xml: roles of WS-Federation with keys of their own, and a service provider's role. */
export const adfsXml = (certificate: string, stranger: string): string =>
  entityXml({
    keys: `${keyDescriptor(stranger, 'encryption')}${keyDescriptor(certificate)}`,
    before: ['SecurityTokenServiceType', 'ApplicationServiceType']
      .map(
        (type) =>
          `<md:RoleDescriptor xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:fed="http://docs.oasis-open.org/wsfed/federation/200706" xsi:type="fed:${type}" protocolSupportEnumeration="http://docs.oasis-open.org/wsfed/federation/200706" ServiceDisplayName="Example">${keyDescriptor(stranger)}<fed:ClaimTypesOffered><auth:ClaimType xmlns:auth="http://docs.oasis-open.org/wsfed/authorization/200706" Uri="http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn" Optional="true"><auth:DisplayName>UPN</auth:DisplayName></auth:ClaimType></fed:ClaimTypesOffered></md:RoleDescriptor>`,
      )
      .concat(
        `<md:SPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">${keyDescriptor(stranger)}</md:SPSSODescriptor>`,
      )
      .join(''),
  });

export const signedXml = (xml: string, signer: Signing, name = 'EntityDescriptor'): string =>
  signXml(xml, name, signer, 'first');

export const serving =
  (text: string, cacheControl?: string): FetchDocument =>
  async () =>
    ok({ text, cacheControl });
