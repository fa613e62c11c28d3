// One statement with nothing in it twice, in canonical order: values, patterns and conditions that others of the same
// list make superfluous are dropped. It applies to exactly the same requests.
import { globContains } from './glob.ts';
import { keepWidest } from './keep-widest.ts';
import { conditionSetsOf, isConditionWithin } from './limit.ts';
import { meaningOf } from './operators.ts';
import type { Condition, Statement } from './policy.ts';
import { isWithin, type ValueSet } from './value-set.ts';

export const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Of equals the shortest is kept, so that the text never grows. */
export const byLength = (a: string, b: string): number => a.length - b.length || byText(a, b);

function tidyList<T>(
  texts: readonly string[],
  read: (text: string) => T,
  isWithin: (narrow: T, wide: T) => boolean,
): readonly string[] {
  if (texts.length < 2) return texts;
  const items = [...new Set(texts)].sort(byLength).map((text) => ({ text, meaning: read(text) }));
  return keepWidest(items, (narrow, wide) => isWithin(narrow.meaning, wide.meaning))
    .map(({ text }) => text)
    .toSorted(byText);
}

/** A list is as wide as its widest values, and so is what a negated operator leaves out. */
function tidyCondition({ operator, key, values }: Condition): Condition {
  const { admits } = meaningOf(operator);
  const covered = (narrow: ValueSet | undefined, wide: ValueSet | undefined): boolean =>
    narrow !== undefined && wide !== undefined && isWithin(narrow, wide);
  return { operator, key, values: tidyList(values, admits, covered) };
}

const textOf = ({ operator, key, values }: Condition): string => JSON.stringify([operator, key, values]);

const byPlace = (a: Condition, b: Condition): number =>
  byText(a.operator, b.operator) || byText(a.key, b.key) || byText(textOf(a), textOf(b));

/** All conditions must hold, so one that follows from another says nothing. Only conditions on one key ever do. */
function dropImplied(conditions: readonly Condition[]): readonly Condition[] {
  if (new Set(conditions.map(({ key }) => key)).size === conditions.length) return conditions;
  const read = conditions
    .toSorted((a, b) => byLength(textOf(a), textOf(b)))
    .map((condition) => ({ condition, limit: conditionSetsOf(condition) }));
  return keepWidest(read, (implied, by) => isConditionWithin(by.limit, implied.limit)).map(
    ({ condition }) => condition,
  );
}

const fold = (action: string): string => action.toLowerCase();
const asWritten = (pattern: string): string => pattern;
const isGlobWithin = (narrow: string, wide: string): boolean => globContains(wide, narrow);

/** Properties are always written in this order, so that equal statements have equal JSON. */
export function tidyStatement({ effect, actions, resources, conditions }: Statement): Statement {
  return {
    effect,
    actions: { kind: actions.kind, patterns: tidyList(actions.patterns, fold, isGlobWithin) },
    resources: tidyList(resources, asWritten, isGlobWithin),
    conditions: dropImplied(conditions.map(tidyCondition)).toSorted(byPlace),
  };
}
