// A resource and the operations of a PATCH → the resource as it is afterwards (RFC 7644 section 3.5.2). Pure: after a fault,
// nothing has changed. The members of a group are changed elsewhere, by member-changes.ts.

import { err, ok, type Result } from '../../../../shared/kernel/result.ts';
import { foldCase } from '../../../../shared/people/directory.ts';
import { type Attribute, isUnderOwnSchema, type ResourceType } from './attributes.ts';
import { matchesFilter } from './match-filter.ts';
import type { Filter } from './parse-filter.ts';
import type { PatchOperation, ReadPatch } from './patch-operations.ts';
import { type PatchPath, parsePatchPath } from './patch-path.ts';
import {
  checkLength,
  isComplex,
  isUnassigned,
  readExtension,
  readValue,
  type ScimComplex,
  type ScimValue,
  underOwnSchema,
} from './resource-values.ts';
import { invalid, type ScimFault } from './scim-fault.ts';

type Applied<T> = Result<T, ScimFault>;
type AtAttribute = Extract<PatchPath, { kind: 'attribute' }>;
type Op = PatchOperation['op'];

/** Names that every body may have and that are no attribute to change. */
const IGNORED: ReadonlySet<string> = new Set(['schemas', 'id', 'meta']);

const noTarget = () => err(invalid('noTarget', 'scim-no-target', 'No value meets the filter of the path.'));

const without = (values: ScimComplex, name: string): ScimComplex =>
  Object.fromEntries(Object.entries(values).filter(([own]) => own !== name));

/** A value that is none, or has none inside, is left out. */
function put(values: ScimComplex, name: string, value: ScimValue | undefined): ScimComplex {
  const isNone = isUnassigned(value) || (isComplex(value) && Object.keys(value).length === 0);
  return value === undefined || isNone ? without(values, name) : { ...values, [name]: value };
}

const listOf = (value: ScimValue | undefined): readonly ScimValue[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value];

const asComplex = (value: ScimValue | undefined): ScimComplex =>
  isComplex(value) ? (value as ScimComplex) : {};

/** Equal for equal values, in whichever order their members stand. To compare each value with each would cost too much. */
const formatForComparison = (value: ScimValue): string =>
  JSON.stringify(isComplex(value) ? Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)) : value);

/** At most one value is primary: the one that this operation made so (RFC 7644 section 3.5.2). */
function onePrimary(before: readonly ScimValue[], after: readonly ScimValue[]): readonly ScimValue[] {
  const isPrimary = (value: ScimValue): boolean => asComplex(value)['primary'] === true;
  const winner = after.findLast((value) => isPrimary(value) && !before.includes(value));
  if (winner === undefined) return after;
  return after.map((value) =>
    value !== winner && isPrimary(value) ? { ...asComplex(value), primary: false } : value,
  );
}

/** What `attribute eq "text"`, with `and`, says of a value that there is not yet. Undefined: the filter says something else. */
function impliedBy(filter: Filter): ScimComplex | undefined {
  if (filter.kind === 'and') {
    const [left, right] = [impliedBy(filter.left), impliedBy(filter.right)];
    return left && right && { ...left, ...right };
  }
  if (filter.kind !== 'compare' || filter.operator !== 'eq') return undefined;
  const { attribute } = filter.path;
  const read = readValue(attribute, filter.value);
  return read.ok && read.value !== undefined ? { [attribute.name]: read.value } : undefined;
}

/** The value of one element with a part of it changed; undefined: the element goes. */
function changeElement(
  { attribute, sub }: AtAttribute,
  op: Op,
  element: ScimComplex,
  value: ScimValue | undefined,
): ScimComplex | undefined {
  if (sub) return put(element, sub.name, op === 'remove' ? undefined : value);
  if (op === 'remove') return undefined;
  const whole = asComplex(listOf(value)[0]);
  return op === 'add' && attribute.subAttributes ? { ...element, ...whole } : whole;
}

function changeMatching(
  path: AtAttribute,
  filter: Filter,
  op: Op,
  before: readonly ScimValue[],
  value: ScimValue | undefined,
): Applied<readonly ScimValue[]> {
  const isMeant = (one: ScimValue): boolean => matchesFilter(filter, one);
  if (!before.some(isMeant)) {
    if (op === 'remove') return ok(before);
    // Entra ID adds a value in this way: the filter says of which type it is. It replaces values in this way that there never
    // were, which RFC 7644 section 3.5.2.3 refuses; but with the refusal the `active: false` beside it would be lost.
    const implied = impliedBy(filter);
    const added = implied && changeElement(path, op, implied, value);
    return added ? ok([...before, added]) : noTarget();
  }
  const after = before.flatMap((one) => {
    const changed = isMeant(one) ? changeElement(path, op, asComplex(one), value) : one;
    return changed === undefined || (isComplex(changed) && Object.keys(changed).length === 0)
      ? []
      : [changed];
  });
  return ok(after);
}

function changeList(
  path: AtAttribute,
  op: Op,
  before: readonly ScimValue[],
  value: ScimValue | undefined,
): Applied<readonly ScimValue[]> {
  const { filter, sub } = path;
  if (filter) return changeMatching(path, filter, op, before, value);
  if (sub) {
    const all = before.length === 0 && op !== 'remove' ? [{}] : before;
    return ok(all.flatMap((one) => changeElement(path, op, asComplex(one), value) ?? []));
  }
  if (op === 'remove') return ok([]);
  if (op === 'replace') return ok(listOf(value));
  const own = new Set(before.map(formatForComparison));
  return ok([...before, ...listOf(value).filter((one) => !own.has(formatForComparison(one)))]);
}

function changeAttribute(
  container: ScimComplex,
  path: AtAttribute,
  op: Op,
  value: ScimValue | undefined,
): Applied<ScimComplex> {
  const { attribute, sub } = path;
  const before = container[attribute.name];
  if (attribute.multiValued) {
    const changed = changeList(path, op, listOf(before), value);
    const list = changed.ok ? checkLength(attribute, changed.value) : changed;
    return list.ok ? ok(put(container, attribute.name, onePrimary(listOf(before), list.value))) : list;
  }
  if (sub)
    return ok(
      put(container, attribute.name, put(asComplex(before), sub.name, op === 'remove' ? undefined : value)),
    );
  if (op === 'remove') return ok(without(container, attribute.name));
  // A replacement of a complex value changes the parts that it names, and no other (RFC 7644 section 3.5.2.3).
  const after =
    attribute.type === 'complex' && value !== undefined
      ? { ...asComplex(before), ...asComplex(value) }
      : value;
  return ok(put(container, attribute.name, after));
}

const isReadOnly = ({ attribute, sub }: AtAttribute): boolean =>
  attribute.mutability === 'readOnly' || sub?.mutability === 'readOnly';

function applyAt(
  values: ScimComplex,
  path: AtAttribute,
  { op, value }: PatchOperation,
): Applied<ScimComplex> {
  const { extension, attribute, sub } = path;
  const removesRequired = op === 'remove' && attribute.required;
  if (isReadOnly(path) || removesRequired)
    return err(invalid('mutability', 'scim-read-only', `${attribute.name} cannot be changed in this way.`));
  const target: Attribute = sub ?? attribute;
  const read = op === 'remove' ? ok(undefined) : readValue(target, value);
  if (!read.ok) return read;
  const container = extension ? asComplex(values[extension.id]) : values;
  const changed = changeAttribute(container, path, op, read.value);
  if (!changed.ok || !extension) return changed;
  return ok(put(values, extension.id, changed.value));
}

function applyOne(
  type: ResourceType,
  values: ScimComplex,
  operation: PatchOperation,
  isOptional: boolean,
): Applied<ScimComplex> {
  const { op, path = '', value } = operation;
  if (isOptional && IGNORED.has(foldCase(path))) return ok(values);
  const parsed = parsePatchPath(type, path);
  if (!parsed.ok && isOptional) return isUnderOwnSchema(type, path) ? underOwnSchema() : ok(values);
  if (!parsed.ok) return parsed;
  if (parsed.value.kind === 'attribute') {
    const isIgnored = isOptional && isReadOnly(parsed.value);
    return isIgnored ? ok(values) : applyAt(values, parsed.value, operation);
  }
  const { extension } = parsed.value;
  if (op === 'remove') return ok(without(values, extension.id));
  const read = readExtension(extension.attributes, value);
  if (!read.ok) return read;
  return ok(put(values, extension.id, { ...asComplex(values[extension.id]), ...read.value }));
}

/** Fails with the fault of the first operation that cannot be carried out. */
export function applyPatch(
  type: ResourceType,
  before: ScimComplex,
  { operations, optional }: ReadPatch,
): Applied<ScimComplex> {
  let values = before;
  for (const operation of operations) {
    const applied = applyOne(type, values, operation, optional.has(operation));
    if (!applied.ok) return applied;
    values = applied.value;
  }
  return ok(values);
}
