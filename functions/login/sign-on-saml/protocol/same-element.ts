// Whether two trees say the same: the message as it was checked, and the bytes that were signed.
import type { XmlElement } from './parse-xml.ts';

const sameAttributes = (a: XmlElement, b: XmlElement): boolean =>
  a.attributes.size === b.attributes.size &&
  [...a.attributes].every(([name, value]) => b.attributes.get(name) === value);

export function sameElement(a: XmlElement, b: XmlElement): boolean {
  return (
    a.namespace === b.namespace &&
    a.name === b.name &&
    a.text === b.text &&
    sameAttributes(a, b) &&
    a.children.length === b.children.length &&
    a.children.every((child, index) => {
      const other = b.children[index];
      return other !== undefined && sameElement(child, other);
    })
  );
}
