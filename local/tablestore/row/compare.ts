// One value against another. Values of different types are unequal and in no order: a guess, no source says.
import type { PlainValue } from '../plain-buffer/value.ts';

export type Comparison = '=' | '!=' | '>' | '>=' | '<' | '<=';

export function satisfies(left: PlainValue, comparison: Comparison, right: PlainValue): boolean {
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
