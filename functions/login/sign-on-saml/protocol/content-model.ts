// Which elements a SAML message may consist of, as a closed list, and how they are found. Signature wrapping needs a place
// for a second assertion or for a copy of the first one; the model has none. Where the standard leaves content open
// (Extensions, an attribute's value), only elements of foreign namespaces may stand, and they are never read.
import { err, ok, type Result } from '../../../../shared/kernel/result.ts';
import type { XmlElement } from './parse-xml.ts';
import type { SamlFault } from './saml-fault.ts';

export const NAMESPACES = {
  samlp: 'urn:oasis:names:tc:SAML:2.0:protocol',
  saml: 'urn:oasis:names:tc:SAML:2.0:assertion',
  ds: 'http://www.w3.org/2000/09/xmldsig#',
  ec: 'http://www.w3.org/2001/10/xml-exc-c14n#',
} as const;

/** saml-core section 3.2.2.2. */
export const STATUS_SUCCESS = 'urn:oasis:names:tc:SAML:2.0:status:Success';
/** saml-core section 8.3.7. */
export const FORMAT_PERSISTENT = 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent';

/**
 * For each element its children in order, each as `prefix:name` with a space behind it; `*` is an element of a foreign
 * namespace. An element of SAML or XML Signature that is not a key is refused.
 */
export type ContentModel = ReadonlyMap<string, RegExp>;

const PREFIXES: ReadonlyMap<string, string> = new Map(
  Object.entries(NAMESPACES).map(([prefix, namespace]) => [namespace, prefix]),
);

/** `prefix:name`; the name of a foreign element starts with a brace. */
export function qualifiedName({ namespace, name }: XmlElement): string {
  return `${PREFIXES.get(namespace) ?? `{${namespace}}`}:${name}`;
}

const isForeign = ({ namespace }: XmlElement): boolean => !PREFIXES.has(namespace);

/** One symbol for all foreign elements: the text of a namespace could look like a list of children. */
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
  // KeyInfo is never used; the closed list keeps other elements out of it.
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

/** saml-core section 3.2.1: extensions that two parties agreed on. Stint agreed on none and ignores them. */
export const EXTENSIONS_CONTENT = ['samlp:Extensions', ANYTHING_FOREIGN] as const;

/**
 * saml-core sections 3.2 and 2.3, without deprecated and encrypted parts. The connection decides which of the two signatures
 * is required.
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
  // The standard allows any XML. A NameID is a targeted id (eduPersonTargetedID); other elements name no person.
  ['saml:AttributeValue', /^(saml:NameID |(\* )+)?$/],
]);

/**
 * Checks an element and all its descendants against the model. Fails with `structure-unexpected`, or with `xml-malformed` for
 * text between elements, which some readers join and others cut.
 */
export function checkContent(element: XmlElement, model: ContentModel): Result<void, SamlFault> {
  if (element.children.length > 0 && element.text !== '') return err('xml-malformed');
  const children = element.children.map(childName).join('');
  if (!model.get(qualifiedName(element))?.test(children)) return err('structure-unexpected');
  for (const child of element.children) {
    const checked = isForeign(child) ? checkForeign(child) : checkContent(child, model);
    if (!checked.ok) return checked;
  }
  return ok(undefined);
}

/** Every descendant must be foreign too: no part of a message may hide where it is not read. Text may stand anywhere. */
function checkForeign(element: XmlElement): Result<void, SamlFault> {
  if (!isForeign(element)) return err('structure-unexpected');
  for (const child of element.children) {
    const checked = checkForeign(child);
    if (!checked.ok) return checked;
  }
  return ok(undefined);
}

/** xs:ID without its rare characters; no quote can get into an XPath of another reader. */
const ID = /^[A-Za-z_][\w.-]{0,255}$/;
/** ID, Id, id, xml:id, and the same in any other namespace. */
const COULD_BE_ID = /(?:^|\})id$/i;

/**
 * Each of `owners` must have a usable ID, and no other element may share it: an ID must name one element for every reader.
 * Libraries disagree on which attributes are IDs, so all that could be are compared. Foreign elements may repeat the IDs of
 * other foreign elements.
 */
export function checkIds(
  root: XmlElement,
  owners: readonly XmlElement[],
): Result<void, 'id-unusable' | 'id-twice'> {
  if (!owners.every((owner) => ID.test(attributeOf(owner, 'ID') ?? ''))) return err('id-unusable');
  const own = [...idsIn(root, (element) => !isForeign(element))];
  const foreign = new Set(idsIn(root, isForeign));
  const ids = new Set([...own, ...foreign]);
  return own.length + foreign.size === ids.size ? ok(undefined) : err('id-twice');
}

function* idsIn(element: XmlElement, isWanted: (element: XmlElement) => boolean): Generator<string> {
  if (isWanted(element))
    for (const [name, value] of element.attributes) if (COULD_BE_ID.test(name)) yield value;
  for (const child of element.children) yield* idsIn(child, isWanted);
}

/** `name` is a qualified name, as in the model. */
export const childrenNamed = (element: XmlElement, name: string): readonly XmlElement[] =>
  element.children.filter((child) => qualifiedName(child) === name);

export const optionalChild = (element: XmlElement, name: string): XmlElement | undefined =>
  childrenNamed(element, name)[0];

/** The element at the end of a path that the content model guarantees. Throws if there is none: that is a bug. */
export function descend(element: XmlElement, ...path: readonly string[]): XmlElement {
  return path.reduce((parent, name) => {
    const child = optionalChild(parent, name);
    if (!child) throw new Error(`${qualifiedName(parent)} has no ${name}: the content model does not hold`);
    return child;
  }, element);
}

/** An attribute without a namespace: one with a namespace could be given the same local name. */
export const attributeOf = (element: XmlElement, name: string): string | undefined =>
  element.attributes.get(name);
