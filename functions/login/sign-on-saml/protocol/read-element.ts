// Finds an element by a path that the content model guarantees. A miss is a bug, not a message's fault.
import { qualifiedName } from './content-model.ts';
import type { XmlElement } from './parse-xml.ts';

export const childrenNamed = (element: XmlElement, name: string): readonly XmlElement[] =>
  element.children.filter((child) => qualifiedName(child) === name);

export const optionalChild = (element: XmlElement, name: string): XmlElement | undefined =>
  childrenNamed(element, name)[0];

export function descend(element: XmlElement, ...path: readonly string[]): XmlElement {
  return path.reduce((parent, name) => {
    const child = optionalChild(parent, name);
    if (!child) throw new Error(`${qualifiedName(parent)} has no ${name}: the content model does not hold`);
    return child;
  }, element);
}

/** A name of a namespace could be made to look like one without. */
export const attributeOf = (element: XmlElement, name: string): string | undefined =>
  element.attributes.get(name);
