// XML text → a plain, frozen tree. The one place that knows the parser; whatever it merely warns of is refused.
import { DOMParser } from '@xmldom/xmldom';
import { err, ok, type Result } from '../../../../shared/kernel/result.ts';
import { checkComplexity } from './check-complexity.ts';
import type { SamlFault } from './saml-fault.ts';

export interface XmlElement {
  /** '' for none. */
  readonly namespace: string;
  readonly name: string;
  /** Without namespace declarations; one with a namespace as `{namespace}name`. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** Of its own text nodes, put together; '' where white space is all that stands between children. */
  readonly text: string;
}

const XMLNS = 'http://www.w3.org/2000/xmlns/';
/** Bound for ever (Namespaces in XML section 3); readers differ on who believes otherwise. */
const RESERVED_PREFIXES: readonly string[] = ['xml', 'xmlns'];
const ELEMENT = 1;
const TEXT = 3;
/** A character reference can make what the text itself may not hold (XML 1.0 section 2.2). */
const NOT_XML = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;
const NOT_SPACE = /[^\t\n\r ]/;

class Refused extends Error {}

function refuse(): never {
  throw new Refused();
}

/** A prefix that nobody declared has no namespace for this parser, and is refused. */
function namespaceOf({ namespaceURI, prefix }: Element | Attr): string {
  if (namespaceURI) return namespaceURI;
  return prefix ? refuse() : '';
}

function readText(value: string): string {
  return NOT_XML.test(value) ? refuse() : value;
}

function readAttributes(element: Element): ReadonlyMap<string, string> {
  const attributes = new Map<string, string>();
  for (let index = 0; index < element.attributes.length; index += 1) {
    const attribute = element.attributes.item(index) ?? refuse();
    const namespace = namespaceOf(attribute);
    if (attribute.prefix === 'xmlns' && RESERVED_PREFIXES.includes(attribute.localName)) refuse();
    if (namespace === XMLNS) continue;
    const name = namespace === '' ? attribute.localName : `{${namespace}}${attribute.localName}`;
    if (attributes.has(name)) refuse();
    attributes.set(name, readText(attribute.value));
  }
  return attributes;
}

function readElement(element: Element): XmlElement {
  const children: XmlElement[] = [];
  let text = '';
  for (let node = element.firstChild; node; node = node.nextSibling) {
    if (node.nodeType === ELEMENT) children.push(readElement(asElement(node)));
    else if (node.nodeType === TEXT) text += node.nodeValue ?? '';
    else refuse();
  }
  return {
    namespace: namespaceOf(element),
    name: element.localName,
    attributes: readAttributes(element),
    children,
    text: children.length > 0 && !NOT_SPACE.test(text) ? '' : readText(text),
  };
}

/** Vendor boundary: the parser's nodes are no instances of a class that could be asked for. */
const asElement = (node: Node): Element => node as Element;

/** Throws at whatever is wrong with the text. For canonicalisation, which knows no other trees. */
export function parseDocument(text: string): Element {
  const document = new DOMParser({
    errorHandler: { warning: refuse, error: refuse, fatalError: refuse },
  }).parseFromString(text, 'text/xml');
  const nodes = Array.from(document.childNodes);
  const [root, ...others] = nodes.filter(
    ({ nodeType, nodeValue }) => nodeType !== TEXT || NOT_SPACE.test(nodeValue ?? ''),
  );
  if (root === undefined || root.nodeType !== ELEMENT || others.length > 0) refuse();
  return asElement(root);
}

export function parseXml(text: string): Result<XmlElement, SamlFault> {
  const simple = checkComplexity(text);
  if (!simple.ok) return simple;
  try {
    return ok(readElement(parseDocument(text)));
  } catch {
    return err('xml-malformed'); // the parser throws several kinds of errors, and runs out of stack in some
  }
}
