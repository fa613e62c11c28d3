// The attribute statements as a map from name to values.
import type { XmlElement } from './parse-xml.ts';
import { attributeOf, childrenNamed } from './read-element.ts';

/** undefined stands for a value that is not text. */
export type AttributeValues = readonly (string | undefined)[];
export type Attributes = ReadonlyMap<string, AttributeValues>;

const NIL = '{http://www.w3.org/2001/XMLSchema-instance}nil';

const isNil = (value: XmlElement): boolean => ['true', '1'].includes(value.attributes.get(NIL) ?? '');

/** Empty and nil values say nothing. */
const saysSomething = (value: XmlElement): boolean =>
  !isNil(value) && (value.children.length > 0 || value.text !== '');

/** Some IdPs write each group as an attribute of its own, so values of one name are put together. */
export function readAttributeElements(assertion: XmlElement): ReadonlyMap<string, readonly XmlElement[]> {
  const attributes = new Map<string, readonly XmlElement[]>();
  for (const statement of childrenNamed(assertion, 'saml:AttributeStatement')) {
    for (const attribute of childrenNamed(statement, 'saml:Attribute')) {
      const name = attributeOf(attribute, 'Name') ?? '';
      const values = childrenNamed(attribute, 'saml:AttributeValue').filter(saysSomething);
      attributes.set(name, [...(attributes.get(name) ?? []), ...values]);
    }
  }
  return attributes;
}

/** undefined where a value has elements inside. */
const textOf = ({ children, text }: XmlElement): string | undefined =>
  children.length === 0 ? text : undefined;

export const readAttributes = (assertion: XmlElement): Attributes =>
  new Map([...readAttributeElements(assertion)].map(([name, values]) => [name, values.map(textOf)]));
