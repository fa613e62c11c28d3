// One condition, read for proofs. Proves in the order unmet < unknown < met of evaluate-conditions, and only what holds
// however a cloud settles `unknown`: a key that is absent under a negated operator.
import { meaningOf } from './operators.ts';
import type { Condition } from './policy.ts';
import { areApart, isWithin, type ValueSet } from './value-set.ts';

export interface ConditionSets {
  readonly key: string;
  readonly operator: Condition['operator'];
  readonly negated: boolean;
  /** None when a value cannot be read: nothing is then proved about the condition. */
  readonly sets: readonly ValueSet[];
}

export function conditionSetsOf({ key, operator, values }: Condition): ConditionSets {
  const { admits, negated } = meaningOf(operator);
  const read = values.map(admits);
  const sets = read.filter((set) => set !== undefined);
  return { key, operator, negated, sets: sets.length < read.length ? [] : sets };
}

const canCompare = (a: ConditionSets, b: ConditionSets): boolean =>
  a.key === b.key && a.sets.length > 0 && b.sets.length > 0;

/** Is `narrow` never closer to holding than `wide`? */
export function isConditionWithin(narrow: ConditionSets, wide: ConditionSets): boolean {
  if (!canCompare(narrow, wide)) return false;
  const [inner, outer] = [narrow.sets, wide.sets];
  if (narrow.negated) {
    // None of more is less. Of two operators, a cloud could treat an absent key differently.
    return narrow.operator === wide.operator && outer.every((w) => inner.some((n) => isWithin(w, n)));
  }
  return wide.negated
    ? inner.every((n) => outer.every((w) => areApart(n, w)))
    : inner.every((n) => outer.some((w) => isWithin(n, w)));
}

/** Whenever `given` holds, does `other` certainly not? */
export function isConditionRefuted(other: ConditionSets, given: ConditionSets): boolean {
  if (!canCompare(other, given)) return false;
  if (!given.negated) {
    return given.sets.every((g) =>
      other.negated ? other.sets.some((o) => isWithin(g, o)) : other.sets.every((o) => areApart(g, o)),
    );
  }
  return !other.negated && other.sets.every((o) => given.sets.some((g) => isWithin(o, g)));
}
