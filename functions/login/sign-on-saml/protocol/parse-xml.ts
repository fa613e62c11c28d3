// A SAML message from base64 to a plain tree of elements. The parser is the most complex code that a stranger's bytes
// reach, so the text is checked before it: one encoding, no DTD, entity declaration, comment, CDATA section or processing
// instruction, and bounds on size, depth, elements and attributes. A warning of the parser counts as an error.
import { DOMParser } from '@xmldom/xmldom';
import { err, ok, type Result } from '../../../../shared/kernel/result.ts';
import type { SamlFault } from './saml-fault.ts';

export interface XmlElement {
  /** '' for an element without a namespace. */
  readonly namespace: string;
  readonly name: string;
  /** Without namespace declarations; an attribute with a namespace is called `{namespace}name`. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** The element's own text nodes, joined; '' if only white space stands between its children. */
  readonly text: string;
}

type MarkupFault = 'markup-forbidden' | 'xml-malformed';
type XmlFault = 'xml-malformed' | 'xml-too-complex';

/** A response with 150 groups and two certificates has about 30 KB. An attacker would choose how long parsing takes. */
export const MAX_MESSAGE_BYTES = 128 * 1024;
/** Base64 adds a third; a line break every 64 characters adds a sixty-fourth to that. */
const MAX_ENCODED_LENGTH = Math.ceil((MAX_MESSAGE_BYTES * 4) / 3) + MAX_MESSAGE_BYTES / 16;

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const LINE_BREAKS = /[\r\n]/g;

/** Line breaks are allowed. Fails with `message-too-large` or `base64-invalid`. */
export function decodeBase64(encoded: string): Result<Buffer, SamlFault> {
  if (encoded.length > MAX_ENCODED_LENGTH) return err('message-too-large');
  const compact = encoded.replace(LINE_BREAKS, '');
  if (compact === '' || !BASE64.test(compact)) return err('base64-invalid');
  return ok(Buffer.from(compact, 'base64'));
}

/** A declaration that names another encoding is refused: readers differ on whether to believe it. */
const DECLARATION =
  /^<\?xml version=(["'])1\.0\1(?: encoding=(["'])(?:UTF-8|utf-8)\2)?(?: standalone=(["'])(?:yes|no)\3)? ?\?>\s*/;
/** These start a DOCTYPE, ENTITY, comment, CDATA section or processing instruction wherever they stand. */
const FORBIDDEN_MARKUP = /<[!?]/;
/** XML 1.0 section 2.2; the parser does not enforce it, and a character reference can make such a character. */
const NOT_XML = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;

/** The message's text as `checkMarkup` gives it. Fails with `message-too-large`, `not-utf8`, or as `checkMarkup` does. */
export function decodeText(bytes: Uint8Array): Result<string, SamlFault> {
  if (bytes.byteLength > MAX_MESSAGE_BYTES) return err('message-too-large');
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return err('not-utf8');
  }
  return checkMarkup(withoutDeclaration(text));
}

/** The text without its XML declaration, with line ends normalised (XML 1.0 section 2.11), so that later readers see the same. */
export const withoutDeclaration = (text: string): string =>
  text.replace(/\r\n?/g, '\n').replace(DECLARATION, '');

/** The text, if elements and characters are all that it has. Fails with `markup-forbidden` or `xml-malformed`. */
export function checkMarkup(text: string): Result<string, MarkupFault> {
  if (FORBIDDEN_MARKUP.test(text)) return err('markup-forbidden');
  return NOT_XML.test(text) ? err('xml-malformed') : ok(text);
}

/**
 * `text` comes from `decodeText`, from `checkMarkup` or from canonicalisation. Fails with `xml-malformed` or
 * `xml-too-complex`.
 */
export function parseXml(text: string, maxElements = MAX_ELEMENTS): Result<XmlElement, XmlFault> {
  const simple = checkComplexity(text, maxElements);
  if (!simple.ok) return simple;
  try {
    return ok(toElement(parseDocument(text)));
  } catch {
    return err('xml-malformed'); // the parser throws several kinds of errors, and can exhaust the stack
  }
}

/** A response is 10 levels deep; canonicalisation recurses. */
const MAX_DEPTH = 16;
/**
 * A session token has room for some 360 groups with long names. A group is one element, or two if it is an attribute of its
 * own (Keycloak); the rest of a response is some 60 elements.
 */
const MAX_ELEMENTS = 1_000;
/** A signed request of an identity provider that declares every namespace it knows has about 12 attributes. */
const MAX_ATTRIBUTES = 32;

/** A tag has no < and no open quote. The alternatives begin differently, so the match never backtracks over a character. */
const TAG = /<(?:[^<>"']|"[^"<]*"|'[^'<]*')+>/y;
const QUOTED = /"[^"]*"|'[^']*'/g;
const BARE_AMPERSAND = /&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[\dA-Fa-f]{1,6});)/;

/** By how much the tag changes the depth; undefined if it has too many attributes. */
function depthChange(tag: string): -1 | 0 | 1 | undefined {
  if (tag.startsWith('</')) return -1;
  const attributes = tag.match(QUOTED)?.length ?? 0;
  if (attributes > MAX_ATTRIBUTES) return undefined;
  return tag.endsWith('/>') ? 0 : 1;
}

/**
 * Counts markup before the parser runs: the parser's time grows with the square of depth and of attributes. This is also a
 * second, stricter reading of the tags: text that it cannot follow is refused.
 */
function checkComplexity(text: string, maxElements: number): Result<void, XmlFault> {
  if (BARE_AMPERSAND.test(text) || !text.startsWith('<')) return err('xml-malformed');
  let depth = 0;
  let elements = 0;
  for (let at = 0; at >= 0; at = text.indexOf('<', TAG.lastIndex)) {
    TAG.lastIndex = at;
    const tag = TAG.exec(text)?.[0];
    if (tag === undefined) return err('xml-malformed');
    const change = depthChange(tag);
    if (change === undefined) return err('xml-too-complex');
    depth += change;
    elements += change === -1 ? 0 : 1;
    if (depth > MAX_DEPTH || elements > maxElements) return err('xml-too-complex');
  }
  return ok(undefined);
}

const ELEMENT = 1;
const TEXT = 3;
const NOT_SPACE = /[^\t\n\r ]/;

class Refused extends Error {}

function refuse(): never {
  throw new Refused();
}

/** Vendor boundary: the parser's nodes are not instances of an exported class. */
const asElement = (node: Node): Element => node as Element;

/** The document's root, for canonicalisation, which needs the parser's own tree. Throws on every fault of the text. */
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

function toElement(element: Element): XmlElement {
  const children: XmlElement[] = [];
  let text = '';
  for (let node = element.firstChild; node; node = node.nextSibling) {
    if (node.nodeType === ELEMENT) children.push(toElement(asElement(node)));
    else if (node.nodeType === TEXT) text += node.nodeValue ?? '';
    else refuse();
  }
  return {
    namespace: namespaceOf(element),
    name: element.localName,
    attributes: attributesOf(element),
    children,
    text: children.length > 0 && !NOT_SPACE.test(text) ? '' : checkText(text),
  };
}

const XMLNS = 'http://www.w3.org/2000/xmlns/';
/** Namespaces in XML section 3 binds these; readers differ on whether a message can bind them anew. */
const RESERVED_PREFIXES: readonly string[] = ['xml', 'xmlns'];

function attributesOf(element: Element): ReadonlyMap<string, string> {
  const attributes = new Map<string, string>();
  for (let index = 0; index < element.attributes.length; index += 1) {
    const attribute = element.attributes.item(index) ?? refuse();
    const namespace = namespaceOf(attribute);
    if (attribute.prefix === 'xmlns' && RESERVED_PREFIXES.includes(attribute.localName)) refuse();
    if (namespace === XMLNS) continue;
    const name = namespace === '' ? attribute.localName : `{${namespace}}${attribute.localName}`;
    if (attributes.has(name)) refuse();
    attributes.set(name, checkText(attribute.value));
  }
  return attributes;
}

/** The parser gives an undeclared prefix no namespace; it is refused. */
function namespaceOf({ namespaceURI, prefix }: Element | Attr): string {
  if (namespaceURI) return namespaceURI;
  return prefix ? refuse() : '';
}

function checkText(value: string): string {
  return NOT_XML.test(value) ? refuse() : value;
}
