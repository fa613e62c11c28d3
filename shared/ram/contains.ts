// Does an inner policy grant nothing that an outer one does not? Says yes only where it can prove it; a no may
// mean that the proof is beyond it. compose/ relies on this before anything is vended.
import { err, ok, type Result } from '../kernel/result.ts';
import { explainGap, findGap, type Gap } from './find-gap.ts';
import { findOverlap } from './find-overlap.ts';
import type { Effect, Policy, Statement } from './policy.ts';
import { type StatementScope, scopeOf } from './reach.ts';

/** Written to whoever wrote the inner policy. */
export type WideningReason =
  | 'no outer statement allows this action'
  | 'no outer statement allows this action on this resource'
  | 'no outer statement allows this under conditions as wide'
  | 'the outer policy may deny this, and the inner policy does not'
  | 'the policy is too large to compare, from this statement on';

export interface WideningPart {
  readonly index: number;
  readonly pattern: string;
}

/** Quotes the inner policy only: its author may see it, and learns of the outer one no more than the refusal says. */
export interface Widening {
  /** Index in the inner policy. */
  readonly statement: number;
  readonly reason: WideningReason;
  /** The item of `Action`; absent where the statement has NotAction, which is wider as a whole. */
  readonly action?: WideningPart;
  /** The item of `Resource`; absent where the action is allowed on nothing at all. */
  readonly resource?: WideningPart;
}

const REASONS = {
  action: 'no outer statement allows this action',
  resource: 'no outer statement allows this action on this resource',
  conditions: 'no outer statement allows this under conditions as wide',
} as const;

function widening(
  statement: number,
  reason: WideningReason,
  { actions, resources }: Statement,
  gap: Gap,
): Widening {
  const action = actions.kind === 'only' ? actions.patterns[gap.cell] : undefined;
  const resource = reason === REASONS.action ? undefined : resources[gap.resource];
  return {
    statement,
    reason,
    ...(action === undefined ? {} : { action: { index: gap.cell, pattern: action } }),
    ...(resource === undefined ? {} : { resource: { index: gap.resource, pattern: resource } }),
  };
}

const reachesOf = ({ statements }: Policy, wanted: Effect): readonly StatementScope[] =>
  statements.filter(({ effect }) => effect === wanted).map(scopeOf);

/**
 * Patterns and values of an inner policy, in characters: as long as the largest policy that RAM stores. Comparing costs
 * the square of it, and whoever sends the policy chooses it.
 */
const MAX_INNER_CHARS = 6144;

const charsOf = ({ actions, resources, conditions }: Statement): number =>
  [...actions.patterns, ...resources, ...conditions.flatMap(({ values }) => values)].join('').length;

function firstBeyondLimit({ statements }: Policy): number {
  let chars = 0;
  return statements.findIndex((statement) => {
    chars += charsOf(statement);
    return chars > MAX_INNER_CHARS;
  });
}

export function contains(outer: Policy, inner: Policy): Result<void, Widening> {
  const tooFar = firstBeyondLimit(inner);
  if (tooFar >= 0) {
    return err({ statement: tooFar, reason: 'the policy is too large to compare, from this statement on' });
  }
  const allowed = reachesOf(outer, 'Allow');
  const denied = reachesOf(inner, 'Deny');
  /** What the inner policy denies itself needs nobody's leave. */
  const harmless = [...allowed, ...denied];
  const missing = reachesOf(outer, 'Deny').filter((deny) => findGap(deny, denied) !== undefined);
  for (const [index, statement] of inner.statements.entries()) {
    if (statement.effect === 'Deny') continue;
    const reach = scopeOf(statement);
    const gap = findGap(reach, harmless, index);
    if (gap) return err(widening(index, REASONS[explainGap(gap, reach, allowed)], statement, gap));
    const overlap = missing.map((deny) => findOverlap(reach, deny)).find((found) => found !== undefined);
    if (overlap && findGap(reach, denied)) {
      return err(
        widening(index, 'the outer policy may deny this, and the inner policy does not', statement, overlap),
      );
    }
  }
  return ok(undefined);
}
