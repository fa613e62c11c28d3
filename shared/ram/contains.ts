// Does an inner policy grant nothing that an outer one does not? Says yes only where it can prove it; a no may
// mean that the proof is beyond it. compose/ relies on this before anything is vended.
import { err, ok, type Result } from '../kernel/result.ts';
import { globContains, globsOverlap } from './glob.ts';
import { meaningOf } from './operators.ts';
import type { Actions, Condition, Policy, Statement } from './policy.ts';

export type WideningReason =
  | 'no outer statement allows these actions'
  | 'no outer statement allows these actions on these resources'
  | 'no outer statement allows this under conditions as wide'
  | 'a Deny of the outer policy is missing';

export interface Widening {
  /** Index in the inner policy; for a missing Deny, in the outer one. */
  readonly statement: number;
  readonly reason: WideningReason;
}

type Patterns = readonly string[];

const eachWithinOne = (narrow: Patterns, wide: Patterns): boolean =>
  narrow.every((inner) => wide.some((outer) => globContains(outer, inner)));

const foldCase = ({ patterns }: Actions): Patterns => patterns.map((pattern) => pattern.toLowerCase());

function actionsWithin(narrow: Actions, wide: Actions): boolean {
  const [inner, outer] = [foldCase(narrow), foldCase(wide)];
  if (narrow.kind === 'only' && wide.kind === 'only') return eachWithinOne(inner, outer);
  if (narrow.kind === 'only') return !inner.some((a) => outer.some((b) => globsOverlap(a, b)));
  return wide.kind === 'only' ? eachWithinOne(['*'], outer) : eachWithinOne(outer, inner);
}

function sameValues(a: readonly string[], b: readonly string[]): boolean {
  return a.every((value) => b.includes(value)) && b.every((value) => a.includes(value));
}

/** Whenever `narrow` holds, `wide` holds; and whenever `narrow` is open to doubt, `wide` is too or holds. */
function conditionWithin(narrow: Condition, wide: Condition): boolean {
  if (narrow.operator !== wide.operator || narrow.key !== wide.key) return false;
  const { relation, negated } = meaningOf(narrow.operator);
  if (negated) return sameValues(narrow.values, wide.values);
  return narrow.values.every((inner) => wide.values.some((outer) => relation.within(inner, outer)));
}

function conditionsWithin(narrow: Statement, wide: Statement): boolean {
  return wide.conditions.every((outer) => narrow.conditions.some((inner) => conditionWithin(inner, outer)));
}

/** Every request that `narrow` is about, `wide` is about. */
function statementWithin(narrow: Statement, wide: Statement): boolean {
  return (
    actionsWithin(narrow.actions, wide.actions) &&
    eachWithinOne(narrow.resources, wide.resources) &&
    conditionsWithin(narrow, wide)
  );
}

function explain(statement: Statement, allowed: readonly Statement[]): WideningReason {
  const sameActions = allowed.filter(({ actions }) => actionsWithin(statement.actions, actions));
  if (sameActions.length === 0) return 'no outer statement allows these actions';
  return sameActions.some(({ resources }) => eachWithinOne(statement.resources, resources))
    ? 'no outer statement allows this under conditions as wide'
    : 'no outer statement allows these actions on these resources';
}

export function contains(outer: Policy, inner: Policy): Result<void, Widening> {
  const allowed = outer.statements.filter(({ effect }) => effect === 'Allow');
  for (const [index, statement] of inner.statements.entries()) {
    if (statement.effect === 'Deny' || allowed.some((wide) => statementWithin(statement, wide))) continue;
    return err({ statement: index, reason: explain(statement, allowed) });
  }
  const denied = inner.statements.filter(({ effect }) => effect === 'Deny');
  const missing = outer.statements.findIndex(
    (deny) => deny.effect === 'Deny' && !denied.some((wide) => statementWithin(deny, wide)),
  );
  return missing < 0
    ? ok(undefined)
    : err({ statement: missing, reason: 'a Deny of the outer policy is missing' });
}
