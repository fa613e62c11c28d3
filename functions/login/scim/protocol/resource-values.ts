// What a client sent → the values that Stint keeps: names as the schema spells them, values of the schema's types, nothing that
// the schema lacks (RFC 7643 section 2, RFC 7644 section 3.3).

import { err, ok, type Result } from '../../../../shared/kernel/result.ts';
import { foldCase } from '../../../../shared/people/directory.ts';
import { type Attribute, findAttribute, isUnderOwnSchema, type ResourceType } from './attributes.ts';
import { invalid, type ScimFault } from './scim-fault.ts';

export type ScimValue = string | boolean | ScimComplex | readonly ScimValue[];
/** Of attributes, and of extensions by their URN. */
export interface ScimComplex {
  readonly [name: string]: ScimValue;
}

/** A name or an address has fewer; each is written into a row and sent back. */
const MAX_TEXT_CHARACTERS = 1_024;
/** Of one attribute of a user. The members of a group are rows of their own, with their own limit. */
const MAX_VALUES = 100;

export const isComplex = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The value of a member of a body. Names of members have no case, as those of attributes. */
export const findMember = (body: Readonly<Record<string, unknown>>, name: string): unknown =>
  Object.entries(body).find(([own]) => foldCase(own) === foldCase(name))?.[1];

const wrong = (attribute: Attribute, what: string) =>
  err(invalid('invalidValue', 'scim-value', `${attribute.name}: ${what}.`));

/** Entra ID writes booleans as text (learn.microsoft.com, known issues of SCIM 2.0 compliance). */
export function readBoolean(value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value;
  const word = typeof value === 'string' ? foldCase(value) : undefined;
  return word === 'true' ? true : word === 'false' ? false : undefined;
}

/** null and an empty list stand for no value (RFC 7643 section 2.5). */
export const isUnassigned = (value: unknown): boolean =>
  value === undefined || value === null || (Array.isArray(value) && value.length === 0);

type Read<T = ScimValue | undefined> = Result<T, ScimFault>;

function readSimple(attribute: Attribute, value: unknown): Read<ScimValue> {
  if (attribute.type === 'boolean') {
    const flag = readBoolean(value);
    return flag === undefined ? wrong(attribute, 'write true or false') : ok(flag);
  }
  if (typeof value !== 'string') return wrong(attribute, 'write a text');
  if (value.length > MAX_TEXT_CHARACTERS)
    return wrong(attribute, `use at most ${MAX_TEXT_CHARACTERS} characters`);
  return ok(value);
}

/** A bare value is that of `value`, as some clients write the members of a list, and Entra ID the manager of a user. */
function readOne(attribute: Attribute, value: unknown): Read<ScimValue> {
  if (attribute.type !== 'complex') return readSimple(attribute, value);
  const subAttributes = attribute.subAttributes ?? [];
  if (isComplex(value)) return readComplex(subAttributes, value);
  return findAttribute(subAttributes, 'value')
    ? readComplex(subAttributes, { value })
    : wrong(attribute, 'write an object');
}

const tooMany = (attribute: Attribute) => wrong(attribute, `write at most ${MAX_VALUES} values`);

/** Fails where a list is longer than one request may make it: several requests, or operations, must not either. */
export const checkLength = (
  attribute: Attribute,
  values: readonly ScimValue[],
): Result<readonly ScimValue[], ScimFault> => (values.length > MAX_VALUES ? tooMany(attribute) : ok(values));

/** The value as it is kept; undefined for one that stands for none. */
export function readValue(attribute: Attribute, value: unknown): Read {
  if (isUnassigned(value)) return ok(undefined);
  const all: readonly unknown[] = Array.isArray(value) ? value : [value];
  // Entra ID writes the one manager of a user as a list.
  if (!attribute.multiValued)
    return all.length === 1 ? readOne(attribute, all[0]) : wrong(attribute, 'write one value');
  if (all.length > MAX_VALUES) return tooMany(attribute);
  const read: ScimValue[] = [];
  for (const one of all) {
    const item = readOne(attribute, one);
    if (!item.ok) return item;
    read.push(item.value);
  }
  return ok(read);
}

/** Read-only and unknown members are left out (RFC 7644 section 3.5.1). */
function readComplex(
  attributes: readonly Attribute[],
  value: Readonly<Record<string, unknown>>,
): Read<ScimComplex> {
  const read: Record<string, ScimValue> = {};
  for (const [name, member] of Object.entries(value)) {
    const attribute = findAttribute(attributes, name);
    if (!attribute || attribute.mutability === 'readOnly') continue;
    if (Object.hasOwn(read, attribute.name)) return wrong(attribute, 'is there twice');
    const one = readValue(attribute, member);
    if (!one.ok) return one;
    if (one.value !== undefined) read[attribute.name] = one.value;
  }
  return ok(read);
}

/** The values of an extension, by their names. */
export const readExtension = (attributes: readonly Attribute[], value: unknown): Read<ScimComplex> =>
  isComplex(value)
    ? readComplex(attributes, value)
    : err(invalid('invalidSyntax', 'scim-value', 'An extension is an object.'));

/** RFC 7643 section 3.3 has only extensions under a URN. */
export const underOwnSchema = () =>
  err(invalid('invalidSyntax', 'scim-body', 'Write the attributes of the schema itself without its URN.'));

/**
 * The attributes of a resource in a body, without those of `apart`, which the caller reads itself. Fails where some stand under the URN
 * of the type's own schema: to ignore them could ignore an `active: false`.
 */
export function readResource(
  type: ResourceType,
  body: unknown,
  apart: readonly string[] = [],
): Read<ScimComplex> {
  if (!isComplex(body)) return err(invalid('invalidSyntax', 'scim-body', 'The body is no object.'));
  if (Object.keys(body).some((name) => isUnderOwnSchema(type, name))) return underOwnSchema();
  const { attributes } = type;
  const own = attributes.filter(({ name }) => !apart.includes(name));
  const core = readComplex(own, body);
  if (!core.ok) return core;
  const read: Record<string, ScimValue> = { ...core.value };
  for (const [name, value] of Object.entries(body)) {
    const extension = type.extensions.find(({ id }) => foldCase(id) === foldCase(name));
    if (!extension || isUnassigned(value)) continue;
    const inner = readExtension(extension.attributes, value);
    if (!inner.ok) return inner;
    if (Object.keys(inner.value).length > 0) read[extension.id] = inner.value;
  }
  return ok(read);
}

/** Fails for the first required attribute that has no value. */
export function requireAttributes(type: ResourceType, values: ScimComplex): Result<void, ScimFault> {
  const missing = type.attributes.find(
    ({ name, required }) => required && (values[name] === undefined || values[name] === ''),
  );
  return missing ? wrong(missing, 'is required') : ok(undefined);
}
