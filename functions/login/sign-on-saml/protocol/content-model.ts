// What a SAML message may consist of, closed: every element, with the children that it may have. Signature wrapping needs
// a place for a second assertion, or for the first one's copy; there is none. Where the standard leaves the content open
// (Extensions, an attribute's value), elements of foreign namespaces may stand and nothing else: they are never read.
import { err, ok, type Result } from '../../../../shared/kernel/result.ts';
import type { XmlElement } from './parse-xml.ts';
import type { SamlFault } from './saml-fault.ts';
import { NAMESPACES } from './saml-names.ts';

/**
 * Children, in order, each as `prefix:name` with a space behind it; `*` is an element of a foreign namespace. An element
 * of SAML or XML Signature that is not named here is refused.
 */
export type ContentModel = ReadonlyMap<string, RegExp>;

const PREFIXES: ReadonlyMap<string, string> = new Map(
  Object.entries(NAMESPACES).map(([prefix, namespace]) => [namespace, prefix]),
);

/** Of a foreign namespace it starts with a brace. */
export function qualifiedName({ namespace, name }: XmlElement): string {
  return `${PREFIXES.get(namespace) ?? `{${namespace}}`}:${name}`;
}

export const isForeign = ({ namespace }: XmlElement): boolean => !PREFIXES.has(namespace);

/** A constant for all of them: a namespace's own text could look like a list of children. */
const childName = (child: XmlElement): string => (isForeign(child) ? '* ' : `${qualifiedName(child)} `);

const NOTHING = /^$/;
const ANYTHING_FOREIGN = /^(\* )+$/;

/** xmldsig-core section 4. */
export const SIGNATURE_CONTENT: readonly (readonly [string, RegExp])[] = [
  ['ds:Signature', /^ds:SignedInfo ds:SignatureValue (ds:KeyInfo )?$/],
  ['ds:SignedInfo', /^ds:CanonicalizationMethod ds:SignatureMethod ds:Reference $/],
  ['ds:CanonicalizationMethod', /^(ec:InclusiveNamespaces )?$/],
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

/** saml-core section 3.2.1: for what two parties agreed on. Stint agreed on nothing, so it passes over them. */
export const EXTENSIONS_CONTENT = ['samlp:Extensions', ANYTHING_FOREIGN] as const;

/**
 * saml-core section 3.2 and 2.3. Deprecated and encrypted parts are left out. Which of the two signatures must be there is
 * the connection's to say.
 */
export const RESPONSE_MODEL: ContentModel = new Map([
  ...SIGNATURE_CONTENT,
  EXTENSIONS_CONTENT,
  ['samlp:Response', /^saml:Issuer (ds:Signature )?(samlp:Extensions )?samlp:Status saml:Assertion $/],
  ['samlp:Status', /^samlp:StatusCode (samlp:StatusMessage )?$/],
  ['samlp:StatusCode', NOTHING],
  ['samlp:StatusMessage', NOTHING],
  [
    'saml:Assertion',
    /^saml:Issuer (ds:Signature )?saml:Subject saml:Conditions (saml:AttributeStatement )?saml:AuthnStatement (saml:AttributeStatement )?$/,
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
  // Any XML, by the standard. A NameID is a targeted id; what else is in there is nobody's name.
  ['saml:AttributeValue', /^(saml:NameID |(\* )+)?$/],
]);

/** Down to its leaves: no part of a message may hide in what nobody reads. Its text may stand where it likes. */
function checkForeign(element: XmlElement): Result<void, SamlFault> {
  if (!isForeign(element)) return err('structure-unexpected');
  for (const child of element.children) {
    const checked = checkForeign(child);
    if (!checked.ok) return checked;
  }
  return ok(undefined);
}

export function checkContent(element: XmlElement, model: ContentModel): Result<void, SamlFault> {
  // Text between elements: whoever joins it, or takes its first part, would read different names.
  if (element.children.length > 0 && element.text !== '') return err('xml-malformed');
  const children = element.children.map(childName).join('');
  if (!model.get(qualifiedName(element))?.test(children)) return err('structure-unexpected');
  for (const child of element.children) {
    const checked = isForeign(child) ? checkForeign(child) : checkContent(child, model);
    if (!checked.ok) return checked;
  }
  return ok(undefined);
}
