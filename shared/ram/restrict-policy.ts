// Adds conditions to every Allow of a policy. A Deny stays as it is: with a condition more it would apply less often.
import { isNetworkWithin } from '../kernel/ip-network.ts';
import { formatWholeSeconds } from '../kernel/whole-seconds.ts';
import type { Condition, Policy, Statement } from './policy.ts';

/**
 * Gives the policy whose every Allow also demands the conditions. Undefined when an Allow and a condition have nothing in
 * common, or when that cannot be told: the rules then contradict each other.
 */
export function restrictPolicy(policy: Policy, added: readonly Condition[]): Policy | undefined {
  const statements: Statement[] = [];
  for (const statement of policy.statements) {
    const restricted = restrictStatement(statement, added);
    if (!restricted) return undefined;
    statements.push(restricted);
  }
  return { ...policy, statements };
}

/** As restrictPolicy, for one statement. */
export function restrictStatement(statement: Statement, added: readonly Condition[]): Statement | undefined {
  if (statement.effect === 'Deny') return statement;
  return added.reduce<Statement | undefined>(
    (restricted, condition) => restricted && withCondition(restricted, condition),
    statement,
  );
}

function withCondition(statement: Statement, added: Condition): Statement | undefined {
  if (statement.conditions.some(({ key }) => isOtherCase(key, added.key))) return undefined;
  const own = statement.conditions.find((condition) => isOnSame(condition, added));
  const both = own ? intersectCondition(own, added) : added;
  if (!both) return undefined;
  const others = statement.conditions.filter((condition) => condition !== own);
  return { ...statement, conditions: [...others, both] };
}

const isOnSame = (a: Condition, b: Condition): boolean => a.operator === b.operator && a.key === b.key;

/** RAM does not document whether it takes such keys for one, so the meaning of both together is unknown. */
const isOtherCase = (a: string, b: string): boolean => a !== b && a.toLowerCase() === b.toLowerCase();

/**
 * Takes two conditions on one operator and key. Gives the condition that holds when both do; a policy has room for one of
 * them only, and either alone would be wider. Undefined when no value is left, or for an operator that this cannot intersect.
 */
export function intersectCondition(left: Condition, right: Condition): Condition | undefined {
  const values = INTERSECTIONS[left.operator]?.(left.values, right.values) ?? [];
  return values.length > 0 ? { ...left, values } : undefined;
}

type Values = readonly string[];
type Intersect = (left: Values, right: Values) => Values;

const common: Intersect = (left, right) => left.filter((value) => right.includes(value));

/** Of two networks one lies in the other, or they share no address. */
const commonNetworks: Intersect = (left, right) => {
  const inner = (a: Values, b: Values) =>
    a.filter((narrow) => b.some((wide) => isNetworkWithin(narrow, wide)));
  return [...new Set([...inner(left, right), ...inner(right, left)])];
};

/** Values of one condition are ORed, so the latest time of each side counts; of the two sides the earlier. */
const earlier: Intersect = (left, right) => {
  const last = (values: Values): string | undefined =>
    [...values].sort((a, b) => Date.parse(b) - Date.parse(a))[0];
  const [a, b] = [last(left), last(right)];
  if (a === undefined || b === undefined) return [];
  const end = Math.min(Date.parse(a), Date.parse(b));
  return [formatWholeSeconds(new Date(end))];
};

const INTERSECTIONS: Readonly<Partial<Record<Condition['operator'], Intersect>>> = {
  StringEquals: common,
  Bool: common,
  IpAddress: commonNetworks,
  DateLessThan: earlier,
};
