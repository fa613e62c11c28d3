// The signatures in a SAML message: with which algorithms they may be made, that each is about the element it stands in, and
// which bytes were signed. The rest of the verification reads those bytes alone, parsed anew, so that a wrapped or an
// ambiguous element counts for nothing. xml-crypto canonicalises, Node.js hashes and verifies; the signature drivers of
// xml-crypto and node-saml find elements by XPath and take 10 ms more. KeyInfo is never read.
import { constants, createHash, type KeyObject, verify } from 'node:crypto';
import { ExclusiveCanonicalization } from 'xml-crypto';
import { err, ok, type Result } from '../../../../shared/kernel/result.ts';
import { signingKeys } from '../../../../shared/rules/sign-on/saml-certificate.ts';
import { attributeOf, childrenNamed, descend, NAMESPACES, qualifiedName } from './content-model.ts';
import { parseDocument, parseXml, type XmlElement } from './parse-xml.ts';
import type { SamlFault } from './saml-fault.ts';

export interface SignatureMethod {
  readonly hash: 'sha256' | 'sha512';
  readonly padding: number;
  readonly saltLength?: number;
}

const PKCS1 = { padding: constants.RSA_PKCS1_PADDING };
/** RFC 6931 section 2.3.10: the salt is as long as the hash. */
const PSS = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST };

/**
 * RFC 6931 sections 2.3.2, 2.3.4 and 2.3.10. A closed list: SHA-1 is broken, an HMAC would make the public certificate a
 * password, and xml-crypto does not know ECDSA.
 */
export const SIGNATURE_METHODS: ReadonlyMap<string, SignatureMethod> = new Map([
  ['http://www.w3.org/2001/04/xmldsig-more#rsa-sha256', { hash: 'sha256', ...PKCS1 }],
  ['http://www.w3.org/2001/04/xmldsig-more#rsa-sha512', { hash: 'sha512', ...PKCS1 }],
  ['http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1', { hash: 'sha256', ...PSS }],
  ['http://www.w3.org/2007/05/xmldsig-more#sha512-rsa-MGF1', { hash: 'sha512', ...PSS }],
]);

const DIGEST_METHODS: ReadonlyMap<string, 'sha256' | 'sha512'> = new Map([
  ['http://www.w3.org/2001/04/xmlenc#sha256', 'sha256'],
  ['http://www.w3.org/2001/04/xmlenc#sha512', 'sha512'],
]);

const ENVELOPED_SIGNATURE = 'http://www.w3.org/2000/09/xmldsig#enveloped-signature';
const EXCLUSIVE_C14N = 'http://www.w3.org/2001/10/xml-exc-c14n#';

/**
 * Before any cryptography: the signature that is a child of `signed` uses allowed algorithms and covers all of `signed`.
 * `signed` has passed the content model. Fails with `algorithm-not-allowed` or `reference-wrong`.
 */
export function checkSignatureShape(signed: XmlElement): Result<void, SamlFault> {
  const signedInfo = descend(signed, 'ds:Signature', 'ds:SignedInfo');
  if (!usesAllowedAlgorithms(signedInfo)) return err('algorithm-not-allowed');
  const uri = attributeOf(descend(signedInfo, 'ds:Reference'), 'URI');
  return uri === `#${attributeOf(signed, 'ID')}` ? ok(undefined) : err('reference-wrong');
}

function usesAllowedAlgorithms(signedInfo: XmlElement): boolean {
  const algorithm = (element: XmlElement): string => attributeOf(element, 'Algorithm') ?? '';
  const transforms = childrenNamed(descend(signedInfo, 'ds:Reference', 'ds:Transforms'), 'ds:Transform');
  const [first, second] = transforms.map(algorithm);
  return (
    algorithm(descend(signedInfo, 'ds:CanonicalizationMethod')) === EXCLUSIVE_C14N &&
    SIGNATURE_METHODS.has(algorithm(descend(signedInfo, 'ds:SignatureMethod'))) &&
    DIGEST_METHODS.has(algorithm(descend(signedInfo, 'ds:Reference', 'ds:DigestMethod'))) &&
    first === ENVELOPED_SIGNATURE &&
    transforms[0]?.children.length === 0 &&
    second === EXCLUSIVE_C14N
  );
}

interface CheckedResponse {
  readonly response: XmlElement;
  readonly assertion: XmlElement;
}

/**
 * The response or the assertion, as `of` says, read from the signed bytes. `text` is the response that was parsed to
 * `checked`, has passed the content model and has a signature of `of` at least. Every signature in it must be by one of the
 * certificates. Fails with `signature-wrong` or `signed-bytes-differ`.
 */
export function readSignedPart(
  text: string,
  checked: CheckedResponse,
  of: keyof CheckedResponse,
  certificates: readonly string[],
): Result<XmlElement, SamlFault> {
  const keys = signingKeys(certificates);
  const response = parseDocument(text);
  const assertion = child(response, NAMESPACES.saml, 'Assertion');
  // The response first: what it signed includes the assertion's signature.
  const elements = { response, assertion };
  const signed = new Map<string, string>();
  for (const [name, element] of Object.entries(elements)) {
    if (!findChild(element, NAMESPACES.ds, 'Signature')) continue;
    const bytes = signedBytes(element, keys);
    if (bytes === undefined) return err('signature-wrong');
    signed.set(name, bytes);
  }
  return readSignedBytes(signed.get(of), checked[of]);
}

/** The same for a message that has one signature, which covers all of it. */
export const readSignedWhole = (
  text: string,
  checked: XmlElement,
  certificates: readonly string[],
  maxElements?: number,
): Result<XmlElement, SamlFault> =>
  readSignedBytes(signedBytes(parseDocument(text), signingKeys(certificates)), checked, maxElements);

/** The signed bytes must say the same as the element that was checked, without its signature. */
function readSignedBytes(
  bytes: string | undefined,
  checked: XmlElement,
  maxElements?: number,
): Result<XmlElement, SamlFault> {
  if (bytes === undefined) return err('signature-wrong');
  const signed = parseXml(bytes, maxElements);
  const children = checked.children.filter((child) => qualifiedName(child) !== 'ds:Signature');
  return signed.ok && isSameElement(signed.value, { ...checked, children })
    ? signed
    : err('signed-bytes-differ');
}

function isSameElement(a: XmlElement, b: XmlElement): boolean {
  return (
    a.namespace === b.namespace &&
    a.name === b.name &&
    a.text === b.text &&
    hasSameAttributes(a, b) &&
    a.children.length === b.children.length &&
    a.children.every((child, index) => {
      const other = b.children[index];
      return other !== undefined && isSameElement(child, other);
    })
  );
}

const hasSameAttributes = (a: XmlElement, b: XmlElement): boolean =>
  a.attributes.size === b.attributes.size &&
  [...a.attributes].every(([name, value]) => b.attributes.get(name) === value);

/**
 * The canonical bytes of the element without its signature, if one of `keys` signed them (xmldsig-core section 3.2);
 * otherwise undefined. Removes the signature from the element.
 */
function signedBytes(element: Element, keys: readonly KeyObject[]): string | undefined {
  const signature = within(element, 'Signature');
  const signedInfo = within(signature, 'SignedInfo');
  const method = SIGNATURE_METHODS.get(algorithmOf(within(signedInfo, 'SignatureMethod')));
  if (!method) return undefined;
  const { hash, ...padding } = method;
  const kept = prefixesKept(within(signedInfo, 'CanonicalizationMethod'));
  const content = Buffer.from(canonical(signedInfo, kept));
  const value = bytesIn(within(signature, 'SignatureValue'));
  if (!keys.some((key) => verify(hash, content, { key, ...padding }, value))) return undefined;
  const reference = within(signedInfo, 'Reference');
  const digest = DIGEST_METHODS.get(algorithmOf(within(reference, 'DigestMethod')));
  element.removeChild(signature);
  const bytes = canonical(element, prefixesKept(reference));
  const isRight =
    digest &&
    createHash(digest)
      .update(bytes)
      .digest()
      .equals(bytesIn(within(reference, 'DigestValue')));
  return isRight ? bytes : undefined;
}

function canonical(element: Element, inclusiveNamespacesPrefixList: string[]): string {
  return new Canonicalization().process(element, {
    inclusiveNamespacesPrefixList,
    ancestorNamespaces: declaredAt(element),
    defaultNsForPrefix: {},
  });
}

const DEFAULT = '#default';

/** xml-crypto ignores `#default`, the name of the default namespace in a list of prefixes (xml-exc-c14n section 3). */
class Canonicalization extends ExclusiveCanonicalization {
  override renderNs(node: Element, inScope: unknown, rendered: string, forPrefix: unknown, kept: string[]) {
    const used = super.renderNs(node, inScope, rendered, forPrefix, kept);
    // The namespace of an element without a prefix has been rendered already.
    if (!kept.includes(DEFAULT) || !node.prefix) return used;
    const declared = node.lookupNamespaceURI('') ?? '';
    if (declared === rendered) return used;
    return { rendered: ` xmlns="${declared}"${used.rendered}`, newDefaultNs: declared };
  }
}

/** The namespaces in scope at the element, the nearest of each prefix: InclusiveNamespaces may name them. */
function declaredAt(element: Element): { prefix: string; namespaceURI: string }[] {
  const declared = new Map<string, string>();
  for (let node: Node | null = element; node?.nodeType === element.nodeType; node = node.parentNode) {
    for (const { prefix, localName, value } of Array.from((node as Element).attributes)) {
      if (prefix === 'xmlns' && !declared.has(localName)) declared.set(localName, value);
    }
  }
  return [...declared].map(([prefix, namespaceURI]) => ({ prefix, namespaceURI }));
}

/** The prefixes that canonicalisation keeps although no name uses them (xml-exc-c14n section 4). */
function prefixesKept(around: Element): string[] {
  const [list] = Array.from(around.getElementsByTagNameNS(NAMESPACES.ec, 'InclusiveNamespaces'));
  return (list?.getAttribute('PrefixList') ?? '').split(/\s+/).filter((prefix) => prefix !== '');
}

function findChild(parent: Element, namespace: string, name: string): Element | undefined {
  for (let node = parent.firstChild; node; node = node.nextSibling) {
    // Vendor boundary: a node of an element's type is one.
    const element = node.nodeType === parent.nodeType ? (node as Element) : undefined;
    if (element?.namespaceURI === namespace && element.localName === name) return element;
  }
  return undefined;
}

function child(parent: Element, namespace: string, name: string): Element {
  const found = findChild(parent, namespace, name);
  if (!found) throw new Error(`${parent.nodeName} has no ${name}: the content model does not hold`);
  return found;
}

const within = (parent: Element, ...names: readonly string[]): Element =>
  names.reduce((element, name) => child(element, NAMESPACES.ds, name), parent);

const algorithmOf = (element: Element): string => element.getAttribute('Algorithm') ?? '';

const bytesIn = (element: Element): Buffer => Buffer.from(element.textContent ?? '', 'base64');
