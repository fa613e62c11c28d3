// The condition operators of RAM, and the values that each admits. IfExists and Null do not exist in RAM.
// Source: Alibaba Cloud RAM, "Condition operator".
import {
  booleanSet,
  exactText,
  foldedText,
  likeText,
  networkSet,
  numberRange,
  type Order,
  timeRange,
  type ValueSet,
  writeNetwork,
  writeTime,
} from './value-set.ts';

interface OperatorMeaning {
  /** The values for which the operator, or the one that it negates, holds; undefined if a policy may not have this text. */
  readonly admits: (value: string) => ValueSet | undefined;
  /** The value as policies are written: times and networks that mean the same get one text. */
  readonly write: (value: string) => string;
  readonly negated: boolean;
}

type Admits = OperatorMeaning['admits'];
type Write = OperatorMeaning['write'];

const number =
  (order: Order): Admits =>
  (value) =>
    numberRange(order, value);
const time =
  (order: Order): Admits =>
  (value) =>
    timeRange(order, value);

const asGiven: Write = (value) => value;
const is = (admits: Admits, write = asGiven): OperatorMeaning => ({ admits, write, negated: false });
const isNot = (admits: Admits, write = asGiven): OperatorMeaning => ({ admits, write, negated: true });

const OPERATORS = {
  StringEquals: is(exactText),
  StringNotEquals: isNot(exactText),
  StringEqualsIgnoreCase: is(foldedText),
  StringNotEqualsIgnoreCase: isNot(foldedText),
  StringLike: is(likeText),
  StringNotLike: isNot(likeText),
  NumericEquals: is(number('=')),
  NumericNotEquals: isNot(number('=')),
  NumericLessThan: is(number('<')),
  NumericLessThanEquals: is(number('<=')),
  NumericGreaterThan: is(number('>')),
  NumericGreaterThanEquals: is(number('>=')),
  DateEquals: is(time('='), writeTime),
  DateNotEquals: isNot(time('='), writeTime),
  DateLessThan: is(time('<'), writeTime),
  DateLessThanEquals: is(time('<='), writeTime),
  DateGreaterThan: is(time('>'), writeTime),
  DateGreaterThanEquals: is(time('>='), writeTime),
  Bool: is(booleanSet),
  IpAddress: is(networkSet, writeNetwork),
  NotIpAddress: isNot(networkSet, writeNetwork),
} satisfies Record<string, OperatorMeaning>;

export type Operator = keyof typeof OPERATORS;

export const OPERATOR_NAMES: readonly string[] = Object.keys(OPERATORS);

export function isOperator(name: string): name is Operator {
  return Object.hasOwn(OPERATORS, name);
}

export function meaningOf(operator: Operator): OperatorMeaning {
  return OPERATORS[operator];
}
