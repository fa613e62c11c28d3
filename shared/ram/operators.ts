// The documented condition operators and what each admits for one value. Knows no policies and no requests.
// Source: Alibaba Cloud RAM, "Condition operator"; IfExists and Null do not exist there.
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
  /** What the operator, or the one that it negates, holds for; undefined if the text may not stand in a policy. */
  readonly admits: (value: string) => ValueSet | undefined;
  /** The value as policies are written: of times and networks, one text for all that mean the same. */
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
