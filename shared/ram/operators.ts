// The documented condition operators and what each means for one value. Knows no policies and no requests.
// Source: Alibaba Cloud RAM, "Condition operator"; IfExists and Null do not exist there.
import { globContains, matchesGlob } from './glob.ts';
import { isInNetwork, isNetworkWithin, parseNetwork } from './ip-network.ts';

interface Relation {
  /** May this text stand in a policy? */
  readonly accepts: (value: string) => boolean;
  /** Undefined: the request's value cannot be read as this type, so nobody knows. */
  readonly holds: (actual: string, value: string) => boolean | undefined;
  /** Does everything that holds for `narrow` hold for `wide`? */
  readonly within: (narrow: string, wide: string) => boolean;
}

interface OperatorMeaning {
  readonly relation: Relation;
  readonly negated: boolean;
}

const DECIMAL = /^-?\d{1,15}(?:\.\d{1,9})?$/;
const readNumber = (text: string): number | undefined => (DECIMAL.test(text) ? Number(text) : undefined);

const ISO_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2})$/;

/** `Date.parse` rolls 30 February over to March, which would move a deadline that someone mistyped. */
function isCalendarDay(day: string): boolean {
  const parsed = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(day);
}

function readTime(text: string): number | undefined {
  if (!ISO_TIME.test(text) || !isCalendarDay(text.slice(0, 10))) return undefined;
  const millis = Date.parse(text);
  return Number.isNaN(millis) ? undefined : millis;
}

const anyText = (): boolean => true;
const same = (a: string, b: string): boolean => a === b;
const sameIgnoringCase = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

const textEquals: Relation = { accepts: anyText, holds: same, within: same };
const textEqualsIgnoringCase: Relation = {
  accepts: anyText,
  holds: sameIgnoringCase,
  within: sameIgnoringCase,
};
const textLike: Relation = {
  accepts: anyText,
  holds: (actual, value) => matchesGlob(value, actual, { ignoreCase: false }),
  within: (narrow, wide) => globContains(wide, narrow),
};

const isBoolean = (text: string): boolean => text === 'true' || text === 'false';
const bool: Relation = {
  accepts: isBoolean,
  holds: (actual, value) => (isBoolean(actual) ? actual === value : undefined),
  within: same,
};

const address: Relation = {
  accepts: (value) => parseNetwork(value) !== undefined,
  holds: isInNetwork,
  within: isNetworkWithin,
};

type Reader = (text: string) => number | undefined;
type Compare = (left: number, right: number) => boolean;

/** `narrower` says when a bound `left` admits nothing that the bound `right` does not. */
function ordered(read: Reader, compare: Compare, narrower: Compare): Relation {
  const lift =
    (test: Compare) =>
    (left: string, right: string): boolean | undefined => {
      const [a, b] = [read(left), read(right)];
      return a === undefined || b === undefined ? undefined : test(a, b);
    };
  const isNarrower = lift(narrower);
  return {
    accepts: (value) => read(value) !== undefined,
    holds: lift(compare),
    within: (narrow, wide) => isNarrower(narrow, wide) === true,
  };
}

const equal: Compare = (a, b) => a === b;
const less: Compare = (a, b) => a < b;
const lessOrEqual: Compare = (a, b) => a <= b;
const greater: Compare = (a, b) => a > b;
const greaterOrEqual: Compare = (a, b) => a >= b;

const is = (relation: Relation): OperatorMeaning => ({ relation, negated: false });
const isNot = (relation: Relation): OperatorMeaning => ({ relation, negated: true });

const OPERATORS = {
  StringEquals: is(textEquals),
  StringNotEquals: isNot(textEquals),
  StringEqualsIgnoreCase: is(textEqualsIgnoringCase),
  StringNotEqualsIgnoreCase: isNot(textEqualsIgnoringCase),
  StringLike: is(textLike),
  StringNotLike: isNot(textLike),
  NumericEquals: is(ordered(readNumber, equal, equal)),
  NumericNotEquals: isNot(ordered(readNumber, equal, equal)),
  NumericLessThan: is(ordered(readNumber, less, lessOrEqual)),
  NumericLessThanEquals: is(ordered(readNumber, lessOrEqual, lessOrEqual)),
  NumericGreaterThan: is(ordered(readNumber, greater, greaterOrEqual)),
  NumericGreaterThanEquals: is(ordered(readNumber, greaterOrEqual, greaterOrEqual)),
  DateEquals: is(ordered(readTime, equal, equal)),
  DateNotEquals: isNot(ordered(readTime, equal, equal)),
  DateLessThan: is(ordered(readTime, less, lessOrEqual)),
  DateLessThanEquals: is(ordered(readTime, lessOrEqual, lessOrEqual)),
  DateGreaterThan: is(ordered(readTime, greater, greaterOrEqual)),
  DateGreaterThanEquals: is(ordered(readTime, greaterOrEqual, greaterOrEqual)),
  Bool: is(bool),
  IpAddress: is(address),
  NotIpAddress: isNot(address),
} satisfies Record<string, OperatorMeaning>;

export type Operator = keyof typeof OPERATORS;

export function isOperator(name: string): name is Operator {
  return Object.hasOwn(OPERATORS, name);
}

export function meaningOf(operator: Operator): OperatorMeaning {
  return OPERATORS[operator];
}
