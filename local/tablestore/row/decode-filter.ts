// Protobuf bytes → filter. Bounded in number and depth, so that a request can't exhaust the stack.
import { ok } from '../../../shared/kernel/result.ts';
import { invalid, type Outcome } from '../errors.ts';
import { COLUMN_CONDITIONS_MAX } from '../ots-limits.ts';
import { decodeVariant } from '../plain-buffer/variant.ts';
import { decodeMessage } from '../protocol/codec.ts';
import { filterType } from '../protocol/schema.ts';
import type { Comparison } from './compare.ts';
import type { ColumnPage, Filter } from './filter.ts';

const FILTER = filterType('Filter');
const SINGLE = filterType('SingleColumnValueFilter');
const COMPOSITE = filterType('CompositeColumnValueFilter');
const PAGINATION = filterType('ColumnPaginationFilter');

const KIND = { single: 1, composite: 2, pagination: 3 } as const;
const COMPARISONS: Readonly<Record<number, Comparison>> = {
  1: '=',
  2: '!=',
  3: '>',
  4: '>=',
  5: '<',
  6: '<=',
};
const COMBINATORS: Readonly<Record<number, 'not' | 'and' | 'or'>> = { 1: 'not', 2: 'and', 3: 'or' };

interface FilterMessage {
  readonly type: number;
  readonly filter: Buffer;
}

interface SingleMessage {
  readonly comparator: number;
  readonly columnName: string;
  readonly columnValue: Buffer;
  readonly filterIfMissing: boolean;
  readonly latestVersionOnly: boolean;
}

interface CompositeMessage {
  readonly combinator: number;
  readonly subFilters: readonly FilterMessage[];
}

/** Counts down while one filter is decoded. */
interface Budget {
  conditions: number;
}

export function decodeFilter(bytes: Buffer): Outcome<Filter | ColumnPage> {
  const message = decodeAs<FilterMessage>(FILTER, bytes);
  if (!message.ok) return message;
  if (message.value.type !== KIND.pagination) {
    return decodeNode(message.value, { conditions: COLUMN_CONDITIONS_MAX }, COLUMN_CONDITIONS_MAX);
  }
  const page = decodeAs<{ readonly offset: number; readonly limit: number }>(
    PAGINATION,
    message.value.filter,
  );
  if (!page.ok) return page;
  const { offset, limit } = page.value;
  if (offset < 0 || limit <= 0) return invalid('Invalid ColumnPaginationFilter.');
  return ok({ kind: 'column-page', offset, limit });
}

function decodeNode(message: FilterMessage, budget: Budget, depth: number): Outcome<Filter> {
  if (depth === 0 || budget.conditions === 0) {
    return invalid(`The number of column conditions exceeds the limit: ${COLUMN_CONDITIONS_MAX}.`);
  }
  if (message.type === KIND.composite) return decodeComposite(message.filter, budget, depth - 1);
  if (message.type !== KIND.single) return invalid('Invalid filter type.');
  budget.conditions -= 1;
  return decodeSingle(message.filter);
}

function decodeSingle(bytes: Buffer): Outcome<Filter> {
  const message = decodeAs<SingleMessage>(SINGLE, bytes);
  if (!message.ok) return message;
  const { comparator, columnName, columnValue, filterIfMissing, latestVersionOnly } = message.value;
  const comparison = COMPARISONS[comparator];
  const value = decodeVariant(columnValue);
  if (comparison === undefined || !value.ok) return invalid('Invalid column condition.');
  return ok({
    kind: 'column',
    comparison,
    name: columnName,
    value: value.value,
    passIfMissing: !filterIfMissing,
    latestVersionOnly,
  });
}

function decodeComposite(bytes: Buffer, budget: Budget, depth: number): Outcome<Filter> {
  const message = decodeAs<CompositeMessage>(COMPOSITE, bytes);
  if (!message.ok) return message;
  const kind = COMBINATORS[message.value.combinator];
  const parts: Filter[] = [];
  for (const sub of message.value.subFilters) {
    const part = decodeNode(sub, budget, depth);
    if (!part.ok) return part;
    parts.push(part.value);
  }
  const [first, second] = parts;
  if (kind === 'not' && first !== undefined && second === undefined) return ok({ kind, of: first });
  if ((kind === 'and' || kind === 'or') && second !== undefined) return ok({ kind, of: parts });
  return invalid('NOT takes one condition, AND and OR take two or more.');
}

function decodeAs<T>(type: typeof FILTER, bytes: Buffer): Outcome<T> {
  const decoded = decodeMessage(type, bytes);
  if (!decoded.ok) return decoded;
  // protobufjs gives every message the same type; the schema it has just enforced is the interface's source.
  return ok(decoded.value as unknown as T);
}
