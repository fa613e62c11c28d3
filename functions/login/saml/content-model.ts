// What a SAML message may consist of, closed: every element, with the children that it may have. Signature wrapping needs
// a place for a second assertion, or for the first one's copy; there is none.
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import type { XmlElement } from './parse-xml.ts';
import type { SamlFault } from './saml-fault.ts';
import { NAMESPACES } from './saml-names.ts';

/** Children, in order, each as `prefix:name` with a space behind it. An element that is not named here is refused. */
export type ContentModel = ReadonlyMap<string, RegExp>;

const PREFIXES: ReadonlyMap<string, string> = new Map(
  Object.entries(NAMESPACES).map(([prefix, namespace]) => [namespace, prefix]),
);

/** Of an unknown namespace it starts with a brace, which no model has. */
export function qualifiedName({ namespace, name }: XmlElement): string {
  return `${PREFIXES.get(namespace) ?? `{${namespace}}`}:${name}`;
}

const NOTHING = /^$/;

/** xmldsig-core section 4. */
export const SIGNATURE_CONTENT: readonly (readonly [string, RegExp])[] = [
  ['ds:Signature', /^ds:SignedInfo ds:SignatureValue (ds:KeyInfo )?$/],
  ['ds:SignedInfo', /^ds:CanonicalizationMethod ds:SignatureMethod ds:Reference $/],
  ['ds:CanonicalizationMethod', NOTHING],
  ['ds:SignatureMethod', NOTHING],
  ['ds:Reference', /^ds:Transforms ds:DigestMethod ds:DigestValue $/],
  ['ds:Transforms', /^ds:Transform ds:Transform $/],
  ['ds:Transform', /^(ec:InclusiveNamespaces )?$/],
  ['ec:InclusiveNamespaces', NOTHING],
  ['ds:DigestMethod', NOTHING],
  ['ds:DigestValue', NOTHING],
  ['ds:SignatureValue', NOTHING],
  // What a message says of its key is never used; the closed list keeps it from hiding anything.
  ['ds:KeyInfo', /^(ds:(KeyName|KeyValue|X509Data) )+$/],
  ['ds:KeyName', NOTHING],
  ['ds:KeyValue', /^ds:RSAKeyValue $/],
  ['ds:RSAKeyValue', /^ds:Modulus ds:Exponent $/],
  ['ds:Modulus', NOTHING],
  ['ds:Exponent', NOTHING],
  ['ds:X509Data', /^(ds:X509(Certificate|SubjectName|IssuerSerial|SKI) )+$/],
  ['ds:X509Certificate', NOTHING],
  ['ds:X509SubjectName', NOTHING],
  ['ds:X509IssuerSerial', /^ds:X509IssuerName ds:X509SerialNumber $/],
  ['ds:X509IssuerName', NOTHING],
  ['ds:X509SerialNumber', NOTHING],
  ['ds:X509SKI', NOTHING],
];

/** saml-core section 3.2 and 2.3. Deprecated, encrypted and open parts are left out. */
export const RESPONSE_MODEL: ContentModel = new Map([
  ...SIGNATURE_CONTENT,
  ['samlp:Response', /^saml:Issuer ds:Signature samlp:Status saml:Assertion $/],
  ['samlp:Status', /^samlp:StatusCode (samlp:StatusMessage )?$/],
  ['samlp:StatusCode', NOTHING],
  ['samlp:StatusMessage', NOTHING],
  [
    'saml:Assertion',
    /^saml:Issuer ds:Signature saml:Subject saml:Conditions (saml:AttributeStatement )?saml:AuthnStatement (saml:AttributeStatement )?$/,
  ],
  ['saml:Issuer', NOTHING],
  ['saml:Subject', /^(saml:NameID )?saml:SubjectConfirmation $/],
  ['saml:NameID', NOTHING],
  ['saml:SubjectConfirmation', /^saml:SubjectConfirmationData $/],
  ['saml:SubjectConfirmationData', NOTHING],
  [
    'saml:Conditions',
    /^(saml:(OneTimeUse|ProxyRestriction) )*saml:AudienceRestriction (saml:(OneTimeUse|ProxyRestriction) )*$/,
  ],
  ['saml:OneTimeUse', NOTHING],
  ['saml:ProxyRestriction', /^(saml:Audience )*$/],
  ['saml:AudienceRestriction', /^(saml:Audience )+$/],
  ['saml:Audience', NOTHING],
  ['saml:AuthnStatement', /^(saml:SubjectLocality )?saml:AuthnContext $/],
  ['saml:SubjectLocality', NOTHING],
  [
    'saml:AuthnContext',
    /^saml:AuthnContextClassRef (saml:AuthnContextDeclRef )?(saml:AuthenticatingAuthority )*$/,
  ],
  ['saml:AuthnContextClassRef', NOTHING],
  ['saml:AuthnContextDeclRef', NOTHING],
  ['saml:AuthenticatingAuthority', NOTHING],
  ['saml:AttributeStatement', /^(saml:Attribute )*$/],
  ['saml:Attribute', /^(saml:AttributeValue )*$/],
  ['saml:AttributeValue', /^(saml:NameID )?$/],
]);

export function checkContent(element: XmlElement, model: ContentModel): Result<void, SamlFault> {
  const children = element.children.map((child) => `${qualifiedName(child)} `).join('');
  if (!model.get(qualifiedName(element))?.test(children)) return err('structure-unexpected');
  for (const child of element.children) {
    const checked = checkContent(child, model);
    if (!checked.ok) return checked;
  }
  return ok(undefined);
}
