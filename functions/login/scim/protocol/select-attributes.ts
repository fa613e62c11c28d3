// Which attributes of a resource an answer has (RFC 7644 section 3.9): those of `attributes`, or all but those of
// `excludedAttributes`. A name that Stint does not know selects nothing.
import { err, ok, type Result } from '../../../../shared/kernel/result.ts';
import {
  type Attribute,
  type AttributePath,
  extensionAt,
  findAttribute,
  type ResourceType,
  resolvePath,
} from './attributes.ts';
import { isComplex } from './resource-values.ts';
import { invalid, type ScimFault } from './scim-fault.ts';

export interface Selection {
  /** Undefined: those that are returned by default. */
  readonly only: readonly string[] | undefined;
  readonly without: readonly string[];
}

type Shown = Readonly<Record<string, unknown>>;

const names = (list: string | undefined): readonly string[] | undefined => {
  const all = list
    ?.split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  return all && all.length > 0 ? all : undefined;
};

/** All names of a user, with their URN, have fewer. Each is looked up for each resource of a page. */
const MAX_LIST_CHARACTERS = 8_192;

/** The two query parameters, each a list with commas. Fails with `invalidValue` where one is too long. */
export function readSelection(
  attributes: string | undefined,
  excluded: string | undefined,
): Result<Selection, ScimFault> {
  if ([attributes, excluded].some((list = '') => list.length > MAX_LIST_CHARACTERS))
    return err(
      invalid(
        'invalidValue',
        'scim-value',
        `attributes and excludedAttributes have at most ${MAX_LIST_CHARACTERS} characters each.`,
      ),
    );
  return ok({ only: names(attributes), without: names(excluded) ?? [] });
}

const resolved = (type: ResourceType, paths: readonly string[]): readonly AttributePath[] =>
  paths.flatMap((path) => resolvePath(type, path) ?? []);

const pathsTo = (paths: readonly AttributePath[], attribute: Attribute): readonly AttributePath[] =>
  paths.filter((path) => path.attribute === attribute);

const mapParts = (value: unknown, change: (part: Shown) => Shown): unknown =>
  Array.isArray(value) ? value.map((one) => mapParts(one, change)) : isComplex(value) ? change(value) : value;

const pick = (part: Shown, keep: (name: string) => boolean): Shown =>
  Object.fromEntries(Object.entries(part).filter(([name]) => keep(name)));

function included(attribute: Attribute, value: unknown, paths: readonly AttributePath[]): unknown {
  const own = pathsTo(paths, attribute);
  if (own.length === 0) return attribute.returned === 'always' ? value : undefined;
  if (own.some(({ sub }) => sub === undefined)) return value;
  return mapParts(value, (part) => pick(part, (name) => own.some(({ sub }) => sub?.name === name)));
}

function excluded(attribute: Attribute, value: unknown, paths: readonly AttributePath[]): unknown {
  if (attribute.returned === 'always') return value;
  if (attribute.returned === 'request') return undefined;
  const own = pathsTo(paths, attribute);
  if (own.some(({ sub }) => sub === undefined)) return undefined;
  if (own.length === 0) return value;
  return mapParts(value, (part) => pick(part, (name) => !own.some(({ sub }) => sub?.name === name)));
}

function selectIn(
  attributes: readonly Attribute[],
  shown: Shown,
  keep: (attribute: Attribute, value: unknown) => unknown,
): Shown {
  const kept: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(shown)) {
    const attribute = findAttribute(attributes, name);
    const selected = attribute ? keep(attribute, value) : undefined;
    if (selected !== undefined) kept[name] = selected;
  }
  return kept;
}

/** Whether an answer with this selection shows the attribute of the type's own schema. */
export function isSelected(type: ResourceType, name: string, { only, without }: Selection): boolean {
  const attribute = findAttribute(type.attributes, name);
  if (!attribute) return false;
  if (only) return pathsTo(resolved(type, only), attribute).length > 0;
  const isExcluded = pathsTo(resolved(type, without), attribute).some(({ sub }) => sub === undefined);
  return attribute.returned !== 'request' && !isExcluded;
}

/** `schemas` and `id` are always there. */
export function selectAttributes(type: ResourceType, shown: Shown, { only, without }: Selection): Shown {
  const paths = resolved(type, only ?? without);
  const judge = only ? included : excluded;
  const keep = (attribute: Attribute, value: unknown) => judge(attribute, value, paths);
  const selected: Record<string, unknown> = {
    schemas: shown['schemas'],
    ...selectIn(type.attributes, shown, keep),
  };
  for (const extension of type.extensions) {
    const value = shown[extension.id];
    if (!isComplex(value)) continue;
    const isWhole = (only ?? without).some((path) => extensionAt(type, path) === extension);
    if (isWhole) {
      if (only) selected[extension.id] = value;
      continue;
    }
    const part = selectIn(extension.attributes, value, keep);
    if (Object.keys(part).length > 0) selected[extension.id] = part;
  }
  return selected;
}
