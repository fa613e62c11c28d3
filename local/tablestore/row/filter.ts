// Column conditions and read filters: decoded once from protobuf, then applied to any number of rows. Decoding is bounded in
// number and depth, so that a request cannot exhaust the stack.

import { ok } from '../../../shared/kernel/result.ts';
import { invalid, type Outcome } from '../errors.ts';
import { COLUMN_CONDITIONS_MAX } from '../ots-limits.ts';
import type { PlainValue } from '../plain-buffer/value.ts';
import { decodeVariant } from '../plain-buffer/variant.ts';
import { decodeMessage, filterType } from '../protocol/codec.ts';
import type { StoredRow } from '../store/stored-row.ts';

type Comparison = '=' | '!=' | '>' | '>=' | '<' | '<=';

/** Values of different types are unequal and in no order: a guess, which no source confirms. */
function satisfies(left: PlainValue, comparison: Comparison, right: PlainValue): boolean {
  const order = compareValues(left, right);
  switch (comparison) {
    case '=':
      return order === 0;
    case '!=':
      return order !== 0;
    case '>':
      return order !== undefined && order > 0;
    case '>=':
      return order !== undefined && order >= 0;
    case '<':
      return order !== undefined && order < 0;
    case '<=':
      return order !== undefined && order <= 0;
  }
}

function compareValues(left: PlainValue, right: PlainValue): number | undefined {
  if (left.type === 'string' && right.type === 'string') return Buffer.compare(left.value, right.value);
  if (left.type === 'blob' && right.type === 'blob') return Buffer.compare(left.value, right.value);
  if (left.type === 'integer' && right.type === 'integer') return orderOf(left.value, right.value);
  if (left.type === 'double' && right.type === 'double') return orderOf(left.value, right.value);
  if (left.type === 'boolean' && right.type === 'boolean') {
    return orderOf(Number(left.value), Number(right.value));
  }
  return undefined;
}

/** NaN has no order. */
function orderOf<T extends number | bigint>(left: T, right: T): number | undefined {
  if (left < right) return -1;
  if (left > right) return 1;
  return left === right ? 0 : undefined;
}

export type Filter =
  | {
      readonly kind: 'column';
      readonly comparison: Comparison;
      readonly name: string;
      readonly value: PlainValue;
      readonly passIfMissing: boolean;
      readonly latestVersionOnly: boolean;
    }
  | { readonly kind: 'not'; readonly of: Filter }
  | { readonly kind: 'and' | 'or'; readonly of: readonly Filter[] };

export interface ColumnPage {
  readonly kind: 'column-page';
  readonly offset: number;
  readonly limit: number;
}

/** Columns that the row lacks, or that the caller did not ask for, are missing. */
export function passes(filter: Filter, row: StoredRow): boolean {
  switch (filter.kind) {
    case 'not':
      return !passes(filter.of, row);
    case 'and':
      return filter.of.every((part) => passes(part, row));
    case 'or':
      return filter.of.some((part) => passes(part, row));
    case 'column': {
      const versions = versionsOf(filter.name, row);
      if (versions.length === 0) return filter.passIfMissing;
      const compared = filter.latestVersionOnly ? versions.slice(0, 1) : versions;
      return compared.some((value) => satisfies(value, filter.comparison, filter.value));
    }
  }
}

/** A condition decides about the whole row, so it cannot be a page of columns. */
export function asCondition(filter: Filter | ColumnPage): Outcome<Filter> {
  if (filter.kind === 'column-page') return invalid('ColumnPaginationFilter is not a condition.');
  return ok(filter);
}

/** Newest first. Primary key columns can be compared too ("Configure a filter"). */
function versionsOf(name: string, row: StoredRow): readonly PlainValue[] {
  const key = row.primaryKey.find((column) => column.name === name);
  if (key !== undefined) return [key.value];
  return row.cells.filter((cell) => cell.name === name).map((cell) => cell.value);
}

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

/** A filter of a read, or the condition of a write. */
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
