// The cryptography of a message whose form has been checked: xml-crypto canonicalises, Node.js hashes and verifies. The
// driver that both bring for it goes by XPath through the document and takes 10 ms more. KeyInfo is never looked at.
import { createHash, type KeyObject, verify } from 'node:crypto';
import { ExclusiveCanonicalization } from 'xml-crypto';
import { signingKeys } from '../../../../shared/rules/sign-on/saml-certificate.ts';
import { DIGESTS, SIGNATURES } from './algorithms.ts';
import { parseDocument } from './parse-xml.ts';
import { NAMESPACES } from './saml-names.ts';

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

/** What is declared where the element stands, the nearest of each prefix: InclusiveNamespaces may name it. */
function declaredAt(element: Element): { prefix: string; namespaceURI: string }[] {
  const declared = new Map<string, string>();
  for (let node: Node | null = element; node?.nodeType === element.nodeType; node = node.parentNode) {
    for (const { prefix, localName, value } of Array.from((node as Element).attributes)) {
      if (prefix === 'xmlns' && !declared.has(localName)) declared.set(localName, value);
    }
  }
  return [...declared].map(([prefix, namespaceURI]) => ({ prefix, namespaceURI }));
}

/** Canonicalisation, of SignedInfo or as the last transform, says which prefixes are kept though no name uses them. */
function prefixesKept(around: Element): string[] {
  const [list] = Array.from(around.getElementsByTagNameNS(NAMESPACES.ec, 'InclusiveNamespaces'));
  return (list?.getAttribute('PrefixList') ?? '').split(/\s+/).filter((prefix) => prefix !== '');
}

const DEFAULT = '#default';

/** xml-crypto passes over `#default`, the name of the default namespace in a list of prefixes (xml-exc-c14n section 3). */
class Canonicalization extends ExclusiveCanonicalization {
  override renderNs(node: Element, inScope: unknown, rendered: string, forPrefix: unknown, kept: string[]) {
    const used = super.renderNs(node, inScope, rendered, forPrefix, kept);
    // Of an element without a prefix it is the namespace, and has been rendered.
    if (!kept.includes(DEFAULT) || !node.prefix) return used;
    const declared = node.lookupNamespaceURI('') ?? '';
    if (declared === rendered) return used;
    return { rendered: ` xmlns="${declared}"${used.rendered}`, newDefaultNs: declared };
  }
}

function canonical(element: Element, inclusiveNamespacesPrefixList: string[]): string {
  return new Canonicalization().process(element, {
    inclusiveNamespacesPrefixList,
    ancestorNamespaces: declaredAt(element),
    defaultNsForPrefix: {},
  });
}

/** The element's bytes as signed, and the element without its signature; undefined when none of `keys` signed just these. */
function signedBytes(element: Element, keys: readonly KeyObject[]): string | undefined {
  const signature = within(element, 'Signature');
  const signedInfo = within(signature, 'SignedInfo');
  const method = SIGNATURES.get(algorithmOf(within(signedInfo, 'SignatureMethod')));
  if (!method) return undefined;
  const { hash, ...padding } = method;
  const kept = prefixesKept(within(signedInfo, 'CanonicalizationMethod'));
  const content = Buffer.from(canonical(signedInfo, kept));
  const value = bytesIn(within(signature, 'SignatureValue'));
  if (!keys.some((key) => verify(hash, content, { key, ...padding }, value))) return undefined;
  const reference = within(signedInfo, 'Reference');
  const digest = DIGESTS.get(algorithmOf(within(reference, 'DigestMethod')));
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

/**
 * `text` is a response that has passed the content model, with a signature of `of` at least. The bytes of `of`, if every
 * signature that is there is by one of the certificates.
 */
export function verifySignatures(
  text: string,
  of: 'response' | 'assertion',
  certificates: readonly string[],
): string | undefined {
  const keys = signingKeys(certificates);
  const response = parseDocument(text);
  const assertion = child(response, NAMESPACES.saml, 'Assertion');
  // The response first: what it signed has the assertion's signature in it.
  const elements = { response, assertion };
  const signed = new Map<string, string>();
  for (const [name, element] of Object.entries(elements)) {
    if (!findChild(element, NAMESPACES.ds, 'Signature')) continue;
    const bytes = signedBytes(element, keys);
    if (bytes === undefined) return undefined;
    signed.set(name, bytes);
  }
  return signed.get(of);
}

/** The same of a message that has one signature, about the whole of it. */
export const verifySignature = (text: string, certificates: readonly string[]): string | undefined =>
  signedBytes(parseDocument(text), signingKeys(certificates));
