// Whether a resource meets a filter (RFC 7644 section 3.4.2.2). Pure.
import { foldCase } from '../../../../shared/people/directory.ts';
import type { Attribute, AttributePath } from './attributes.ts';
import { comparedAttribute, type Filter, type FilterOperator } from './parse-filter.ts';
import { isComplex, readBoolean } from './resource-values.ts';

type Comparison = Extract<Filter, { kind: 'compare' }>;

const listOf = (value: unknown): readonly unknown[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value];

const memberOf = (value: unknown, name: string): unknown =>
  isComplex(value) && Object.hasOwn(value, name) ? value[name] : undefined;

/** The values of the attribute, without its sub-attribute. */
const valuesAt = (resource: unknown, { extension, attribute }: AttributePath): readonly unknown[] =>
  listOf(memberOf(extension ? memberOf(resource, extension.id) : resource, attribute.name));

function comparedValues(resource: unknown, path: AttributePath): readonly unknown[] {
  const values = valuesAt(resource, path);
  const compared = comparedAttribute(path);
  return compared === path.attribute
    ? values
    : values.flatMap((value) => listOf(memberOf(value, compared.name)));
}

function compareTexts(operator: FilterOperator, a: string, b: string): boolean {
  switch (operator) {
    case 'eq':
    case 'ne':
      return a === b;
    case 'co':
      return a.includes(b);
    case 'sw':
      return a.startsWith(b);
    case 'ew':
      return a.endsWith(b);
    case 'gt':
      return a > b;
    case 'ge':
      return a >= b;
    case 'lt':
      return a < b;
    case 'le':
      return a <= b;
  }
}

/** Times are compared as times, in whichever zone they are written. */
const timeOf = (text: string): string => {
  const at = new Date(text);
  return Number.isNaN(at.getTime()) ? text : at.toISOString();
};

function meets({ operator, value }: Comparison, attribute: Attribute, found: unknown): boolean {
  if (attribute.type === 'boolean')
    return found === readBoolean(value) && (operator === 'eq' || operator === 'ne');
  if (typeof found !== 'string' || typeof value !== 'string') return found === value;
  if (attribute.type === 'dateTime') return compareTexts(operator, timeOf(found), timeOf(value));
  const [a, b] = attribute.caseExact ? [found, value] : [foldCase(found), foldCase(value)];
  return compareTexts(operator, a, b);
}

function matchesComparison(comparison: Comparison, resource: unknown): boolean {
  const { path, operator, value } = comparison;
  const found = comparedValues(resource, path);
  const isMet =
    value === null
      ? found.length === 0
      : found.some((one) => meets(comparison, comparedAttribute(path), one));
  return operator === 'ne' ? !isMet : isMet;
}

/** `resource`: as it is shown to clients. Inside of brackets, one value of the attribute. */
export function matchesFilter(filter: Filter, resource: unknown): boolean {
  switch (filter.kind) {
    case 'and':
      return matchesFilter(filter.left, resource) && matchesFilter(filter.right, resource);
    case 'or':
      return matchesFilter(filter.left, resource) || matchesFilter(filter.right, resource);
    case 'not':
      return !matchesFilter(filter.of, resource);
    case 'present': {
      const { sub } = filter.path;
      const values = valuesAt(resource, filter.path);
      return sub ? values.some((value) => memberOf(value, sub.name) !== undefined) : values.length > 0;
    }
    case 'compare':
      return matchesComparison(filter, resource);
    case 'value':
      return valuesAt(resource, filter.path).some((value) => matchesFilter(filter.of, value));
  }
}
