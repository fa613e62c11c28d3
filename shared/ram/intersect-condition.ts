// Two conditions on one operator and key → the one that holds when both do. Undefined where no value is left, or where
// it cannot be told: a policy has room for one of them only, and either alone would be wider.
import { isNetworkWithin } from '../kernel/ip-network.ts';
import type { Condition } from './policy.ts';
import { ramDate } from './ram-date.ts';

type Values = readonly string[];
type Intersect = (left: Values, right: Values) => Values;

const common: Intersect = (left, right) => left.filter((value) => right.includes(value));

/** Of two networks one lies in the other, or they share nothing. */
const commonNetworks: Intersect = (left, right) => {
  const inner = (a: Values, b: Values) =>
    a.filter((narrow) => b.some((wide) => isNetworkWithin(narrow, wide)));
  return [...new Set([...inner(left, right), ...inner(right, left)])];
};

/** Values of one condition are ORed, so the latest of each side counts; of the two sides the earlier. */
const earlier: Intersect = (left, right) => {
  const last = (values: Values): string | undefined =>
    [...values].sort((a, b) => Date.parse(b) - Date.parse(a))[0];
  const [a, b] = [last(left), last(right)];
  if (a === undefined || b === undefined) return [];
  const end = Math.min(Date.parse(a), Date.parse(b));
  return [ramDate(new Date(end))];
};

const INTERSECTIONS: Readonly<Partial<Record<Condition['operator'], Intersect>>> = {
  StringEquals: common,
  Bool: common,
  IpAddress: commonNetworks,
  DateLessThan: earlier,
};

export function intersectCondition(left: Condition, right: Condition): Condition | undefined {
  const values = INTERSECTIONS[left.operator]?.(left.values, right.values) ?? [];
  return values.length > 0 ? { ...left, values } : undefined;
}
