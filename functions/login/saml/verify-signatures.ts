// The cryptography of a response whose form has been checked: xml-crypto canonicalises, Node.js hashes and verifies. The
// driver that both bring for it goes by XPath through the document and takes 10 ms more. KeyInfo is never looked at.
import { createHash, type KeyObject, verify, X509Certificate } from 'node:crypto';
import { ExclusiveCanonicalization } from 'xml-crypto';
import { DIGESTS, SIGNATURES } from './algorithms.ts';
import { parseDocument } from './parse-xml.ts';
import { NAMESPACES } from './saml-names.ts';

function child(parent: Element, namespace: string, name: string): Element {
  for (let node = parent.firstChild; node; node = node.nextSibling) {
    // Vendor boundary: a node of an element's type is one.
    const element = node.nodeType === parent.nodeType ? (node as Element) : undefined;
    if (element?.namespaceURI === namespace && element.localName === name) return element;
  }
  throw new Error(`${parent.nodeName} has no ${name}: the content model does not hold`);
}

const within = (parent: Element, ...names: readonly string[]): Element =>
  names.reduce((element, name) => child(element, NAMESPACES.ds, name), parent);

const algorithmOf = (element: Element): string => element.getAttribute('Algorithm') ?? '';

const bytesIn = (element: Element): Buffer => Buffer.from(element.textContent ?? '', 'base64');

/** What the ancestors declare, nearest first: InclusiveNamespaces may name it. */
function declaredAround(element: Element): { prefix: string; namespaceURI: string }[] {
  const declared = new Map<string, string>();
  for (let node = element.parentNode; node?.nodeType === element.nodeType; node = node.parentNode) {
    for (const { prefix, localName, value } of Array.from((node as Element).attributes)) {
      if (prefix === 'xmlns' && !declared.has(localName)) declared.set(localName, value);
    }
  }
  return [...declared].map(([prefix, namespaceURI]) => ({ prefix, namespaceURI }));
}

/** The last transform is canonicalisation, and says which prefixes are kept though no name uses them. */
function prefixesKept(reference: Element): string[] {
  const [list] = Array.from(reference.getElementsByTagNameNS(NAMESPACES.ec, 'InclusiveNamespaces'));
  return (list?.getAttribute('PrefixList') ?? '').split(/\s+/).filter((prefix) => prefix !== '');
}

function canonical(element: Element, inclusiveNamespacesPrefixList: string[] = []): string {
  return new ExclusiveCanonicalization().process(element, {
    inclusiveNamespacesPrefixList,
    ancestorNamespaces: declaredAround(element),
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
  const content = Buffer.from(canonical(signedInfo));
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

const keysOf = (certificates: readonly string[]): readonly KeyObject[] =>
  certificates.map((pem) => new X509Certificate(pem).publicKey);

/** `text` is a response that has passed the content model. Its bytes, if both signatures are by one of the certificates. */
export function verifySignatures(text: string, certificates: readonly string[]): string | undefined {
  const response = parseDocument(text);
  const keys = keysOf(certificates);
  const signed = signedBytes(response, keys);
  const assertion = child(response, NAMESPACES.saml, 'Assertion');
  return signed !== undefined && signedBytes(assertion, keys) !== undefined ? signed : undefined;
}

/** The same of a message that has one signature, about the whole of it. */
export const verifySignature = (text: string, certificates: readonly string[]): string | undefined =>
  signedBytes(parseDocument(text), keysOf(certificates));
