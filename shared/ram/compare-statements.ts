// What one statement is about, compared with others: is all of it covered, and can two statements meet? A statement is read
// once into a scope, for many comparisons. Both answers are proofs: they hold however a cloud settles what RAM's documentation
// leaves open, such as a key that is absent under a negated operator. What cannot be proved counts as a gap or an overlap.
import { globContains, globsOverlap } from './glob.ts';
import { meaningOf } from './operators.ts';
import type { Actions, Condition, Statement } from './policy.ts';
import { areApart, isWithin, type ValueSet } from './value-set.ts';

export interface StatementScope {
  /** In lower case: actions are compared without regard to case. */
  readonly actions: Actions;
  /** The actions one by one where they can be: several statements may cover a list together, one pattern each. */
  readonly cells: readonly Actions[];
  readonly resources: readonly string[];
  /** Read when first asked for: most statements differ before their conditions matter. */
  readonly conditions: () => readonly ConditionSets[];
}

export function scopeOf({ actions, resources, conditions }: Statement): StatementScope {
  const patterns = actions.patterns.map((pattern) => pattern.toLowerCase());
  const folded: Actions = { kind: actions.kind, patterns };
  let sets: readonly ConditionSets[] | undefined;
  return {
    actions: folded,
    cells:
      folded.kind === 'except'
        ? [folded]
        : patterns.map((pattern) => ({ kind: 'only', patterns: [pattern] })),
    resources,
    conditions() {
      sets ??= conditions.map(conditionSetsOf);
      return sets;
    },
  };
}

/** Indices of an action cell and of a resource. */
export interface ScopePart {
  readonly cell: number;
  readonly resource: number;
}

/**
 * The first action and resource of `narrow` that no statement of `wides` covers; undefined if they cover all of it together.
 * One statement whose conditions are as wide must cover each action on each resource, and it may be another for each.
 *
 * Actions tell most statements apart and cost least; the rest is compared at most once for each statement. `likely` is the
 * index of the one to ask first: where one policy was made from the other, statements stand in the same places.
 */
export function findGap(
  narrow: StatementScope,
  wides: readonly StatementScope[],
  likely = 0,
): ScopePart | undefined {
  const ordered = [...wides.slice(likely), ...wides.slice(0, likely)];
  const compared = new Map<StatementScope, ReadonlySet<number>>();
  const coveredBy = (wide: StatementScope): ReadonlySet<number> => {
    const covered = compared.get(wide) ?? coveredResources(narrow, wide);
    compared.set(wide, covered);
    return covered;
  };
  for (const [cell, actions] of narrow.cells.entries()) {
    let open = [...narrow.resources.keys()];
    for (const wide of ordered) {
      if (!areActionsWithin(actions, wide.actions)) continue;
      const covered = coveredBy(wide);
      open = open.filter((index) => !covered.has(index));
      if (open.length === 0) break;
    }
    const [resource] = open;
    if (resource !== undefined) return { cell, resource };
  }
  return undefined;
}

/** Indices of the resources of `narrow` that `wide` covers; none if its conditions are narrower. */
function coveredResources(narrow: StatementScope, wide: StatementScope): ReadonlySet<number> {
  const covered = [...narrow.resources.keys()].filter((index) => {
    const pattern = narrow.resources[index];
    return pattern !== undefined && isPatternWithin(pattern, wide.resources);
  });
  return new Set(covered.length > 0 && areConditionsWithin(narrow, wide) ? covered : []);
}

const areConditionsWithin = (narrow: StatementScope, wide: StatementScope): boolean =>
  wide.conditions().every((outer) => narrow.conditions().some((inner) => isConditionWithin(inner, outer)));

export type Lacking = 'action' | 'resource' | 'conditions';

/** The part of `narrow` that would have to be narrower to close the gap. */
export function explainGap(
  { cell, resource }: ScopePart,
  narrow: StatementScope,
  wides: readonly StatementScope[],
): Lacking {
  const actions = narrow.cells[cell];
  const pattern = narrow.resources[resource];
  const about = wides.filter((wide) => actions !== undefined && areActionsWithin(actions, wide.actions));
  if (about.length === 0) return 'action';
  const there = about.some((wide) => pattern !== undefined && isPatternWithin(pattern, wide.resources));
  return there ? 'conditions' : 'resource';
}

/** The first action and resource of `allow` that `deny` may be about as well; undefined if it certainly is about none. */
export function findOverlap(allow: StatementScope, deny: StatementScope): ScopePart | undefined {
  if (isRefuted(deny, allow)) return undefined;
  const cell = allow.cells.findIndex((actions) => !areActionsApart(actions, deny.actions));
  if (cell < 0) return undefined;
  const resource = allow.resources.findIndex((pattern) =>
    deny.resources.some((denied) => globsOverlap(pattern, denied)),
  );
  return resource < 0 ? undefined : { cell, resource };
}

const isRefuted = (deny: StatementScope, allow: StatementScope): boolean =>
  deny
    .conditions()
    .some((condition) => allow.conditions().some((given) => isConditionRefuted(condition, given)));

const isPatternWithin = (narrow: string, wide: readonly string[]): boolean =>
  wide.some((outer) => globContains(outer, narrow));

function areActionsWithin(narrow: Actions, wide: Actions): boolean {
  if (narrow.kind === 'except') {
    // All but a few lies within all but fewer, or within everything.
    return wide.kind === 'except'
      ? wide.patterns.every((spared) => isPatternWithin(spared, narrow.patterns))
      : isPatternWithin('*', wide.patterns);
  }
  return wide.kind === 'only'
    ? narrow.patterns.every((pattern) => isPatternWithin(pattern, wide.patterns))
    : !narrow.patterns.some((pattern) => wide.patterns.some((spared) => globsOverlap(pattern, spared)));
}

function areActionsApart(a: Actions, b: Actions): boolean {
  if (a.kind === 'except')
    return b.kind === 'only' && areActionsWithin(b, { kind: 'only', patterns: a.patterns });
  if (b.kind === 'except') return areActionsApart(b, a);
  return !a.patterns.some((left) => b.patterns.some((right) => globsOverlap(left, right)));
}

/** One condition, read as the sets of values that it names. */
export interface ConditionSets {
  readonly key: string;
  readonly operator: Condition['operator'];
  readonly negated: boolean;
  /** Empty when a value cannot be read: nothing is then proved about the condition. */
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

/** Is `narrow` never closer to holding than `wide`, in the order unmet < unknown < met of evaluateConditions? */
export function isConditionWithin(narrow: ConditionSets, wide: ConditionSets): boolean {
  if (!canCompare(narrow, wide)) return false;
  const [inner, outer] = [narrow.sets, wide.sets];
  if (narrow.negated) {
    // To exclude more values admits less. A cloud could treat an absent key differently under two operators.
    return narrow.operator === wide.operator && outer.every((w) => inner.some((n) => isWithin(w, n)));
  }
  return wide.negated
    ? inner.every((n) => outer.every((w) => areApart(n, w)))
    : inner.every((n) => outer.some((w) => isWithin(n, w)));
}

/** Does `other` certainly not hold whenever `given` holds? */
function isConditionRefuted(other: ConditionSets, given: ConditionSets): boolean {
  if (!canCompare(other, given)) return false;
  if (!given.negated) {
    return given.sets.every((g) =>
      other.negated ? other.sets.some((o) => isWithin(g, o)) : other.sets.every((o) => areApart(g, o)),
    );
  }
  return !other.negated && other.sets.every((o) => given.sets.some((g) => isWithin(o, g)));
}
