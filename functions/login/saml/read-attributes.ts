// The attribute statements as a map from name to values. A value with elements inside has no text to take.
import type { XmlElement } from './parse-xml.ts';
import { attributeOf, childrenNamed } from './read-element.ts';

/** undefined stands for a value that is not text. */
export type AttributeValues = readonly (string | undefined)[];
export type Attributes = ReadonlyMap<string, AttributeValues>;

const NIL = '{http://www.w3.org/2001/XMLSchema-instance}nil';

const isNil = (value: XmlElement): boolean => ['true', '1'].includes(value.attributes.get(NIL) ?? '');

/** Empty and nil values say nothing. */
const valuesOf = (attribute: XmlElement): AttributeValues =>
  childrenNamed(attribute, 'saml:AttributeValue')
    .filter((value) => !isNil(value) && (value.children.length > 0 || value.text !== ''))
    .map(({ children, text }) => (children.length === 0 ? text : undefined));

/** Some IdPs write each group as an attribute of its own, so values of one name are put together. */
export function readAttributes(assertion: XmlElement): Attributes {
  const attributes = new Map<string, AttributeValues>();
  for (const statement of childrenNamed(assertion, 'saml:AttributeStatement')) {
    for (const attribute of childrenNamed(statement, 'saml:Attribute')) {
      const name = attributeOf(attribute, 'Name') ?? '';
      attributes.set(name, [...(attributes.get(name) ?? []), ...valuesOf(attribute)]);
    }
  }
  return attributes;
}
