// The path of a PATCH operation (RFC 7644 section 3.5.2): an attribute, a sub-attribute, `attribute[filter]` with or without a
// sub-attribute behind it, or the URN of an extension.
import { err, ok, type Result } from '../../../../shared/kernel/result.ts';
import {
  type Attribute,
  type AttributePath,
  extensionAt,
  findAttribute,
  type ResourceType,
  resolvePath,
  type Schema,
} from './attributes.ts';
import { type Filter, parseFilter } from './parse-filter.ts';
import { invalid, type ScimFault } from './scim-fault.ts';

export type PatchPath =
  | { readonly kind: 'extension'; readonly extension: Schema }
  | (AttributePath & {
      readonly kind: 'attribute';
      /** Which values of the attribute; undefined: all. */
      readonly filter: Filter | undefined;
    });

const MAX_PATH_CHARACTERS = 1_024;

const fault = (what: string) => err(invalid('invalidPath', 'scim-path', what));

/** Behind the bracket stands the sub-attribute, and nothing else. */
const BEHIND = /^(?:\.([A-Za-z$][A-Za-z0-9$_-]*))?$/;

function readFiltered(type: ResourceType, path: string, open: number): Result<PatchPath, ScimFault> {
  const close = path.lastIndexOf(']');
  const at = resolvePath(type, path.slice(0, open));
  const behind = BEHIND.exec(path.slice(close + 1));
  if (!at || at.sub || !at.attribute.multiValued || close < open || !behind)
    return fault('The path names no list that Stint keeps.');
  const parsed = parseFilter(path.slice(0, close + 1), type);
  if (!parsed.ok) return parsed;
  if (parsed.value.kind !== 'value') return fault('The path has more than one filter.');
  const sub = subAttribute(at.attribute, behind[1]);
  if (behind[1] !== undefined && !sub) return fault('The path names an attribute that Stint does not keep.');
  return ok({ kind: 'attribute', ...at, sub, filter: parsed.value.of });
}

const subAttribute = ({ subAttributes = [] }: Attribute, name: string | undefined): Attribute | undefined =>
  name === undefined ? undefined : findAttribute(subAttributes, name);

/** Fails with `invalidPath`, or with `invalidFilter` for what stands in its brackets. */
export function parsePatchPath(type: ResourceType, path: string): Result<PatchPath, ScimFault> {
  if (path.length > MAX_PATH_CHARACTERS) return fault('The path is too long.');
  const extension = extensionAt(type, path);
  if (extension) return ok({ kind: 'extension', extension });
  const open = path.indexOf('[');
  if (open >= 0) return readFiltered(type, path, open);
  const at = resolvePath(type, path);
  return at
    ? ok({ kind: 'attribute', ...at, filter: undefined })
    : fault('The path names an attribute that Stint does not keep.');
}
