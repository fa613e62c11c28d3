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
} from './value-set.ts';

interface OperatorMeaning {
  /** What the operator, or the one that it negates, holds for; undefined if the text may not stand in a policy. */
  readonly admits: (value: string) => ValueSet | undefined;
  readonly negated: boolean;
}

type Admits = OperatorMeaning['admits'];

const number =
  (order: Order): Admits =>
  (value) =>
    numberRange(order, value);
const time =
  (order: Order): Admits =>
  (value) =>
    timeRange(order, value);

const is = (admits: Admits): OperatorMeaning => ({ admits, negated: false });
const isNot = (admits: Admits): OperatorMeaning => ({ admits, negated: true });

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
  DateEquals: is(time('=')),
  DateNotEquals: isNot(time('=')),
  DateLessThan: is(time('<')),
  DateLessThanEquals: is(time('<=')),
  DateGreaterThan: is(time('>')),
  DateGreaterThanEquals: is(time('>=')),
  Bool: is(booleanSet),
  IpAddress: is(networkSet),
  NotIpAddress: isNot(networkSet),
} satisfies Record<string, OperatorMeaning>;

export type Operator = keyof typeof OPERATORS;

export function isOperator(name: string): name is Operator {
  return Object.hasOwn(OPERATORS, name);
}

export function meaningOf(operator: Operator): OperatorMeaning {
  return OPERATORS[operator];
}
