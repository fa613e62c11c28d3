// Does an inner policy grant nothing that an outer one does not? A yes is proved; a no may mean that the proof is beyond this
// code. Stint vends credentials only after a yes for their session policy within the grant. docs/policy-compiler.md lists what
// can be proved.
import { err, ok, type Result } from '../kernel/result.ts';
import { explainGap, findGap, findOverlap, type ScopePart, scopeOf } from './compare-statements.ts';
import type { Effect, Policy, Statement } from './policy.ts';

/** Addressed to the author of the inner policy. */
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
  /** The item of `Resource`; absent where the outer policy allows the action on no resource at all. */
  readonly resource?: WideningPart;
}

/**
 * Ok if no request is allowed by `inner` and not by `outer`, whatever the request. Otherwise the first statement of `inner`
 * for which that is not proved, or from which on `inner` has more than 6,144 characters and is not compared.
 */
export function contains(outer: Policy, inner: Policy): Result<void, Widening> {
  const tooFar = firstBeyondLimit(inner);
  if (tooFar >= 0) {
    return err({ statement: tooFar, reason: 'the policy is too large to compare, from this statement on' });
  }
  const allowed = scopesOf(outer, 'Allow');
  const denied = scopesOf(inner, 'Deny');
  /** The outer policy need not allow what the inner policy denies itself. */
  const harmless = [...allowed, ...denied];
  const missing = scopesOf(outer, 'Deny').filter((deny) => findGap(deny, denied) !== undefined);
  for (const [index, statement] of inner.statements.entries()) {
    if (statement.effect === 'Deny') continue;
    const scope = scopeOf(statement);
    const gap = findGap(scope, harmless, index);
    if (gap) return err(widening(index, REASONS[explainGap(gap, scope, allowed)], statement, gap));
    const overlap = missing.map((deny) => findOverlap(scope, deny)).find((found) => found !== undefined);
    if (overlap && findGap(scope, denied)) {
      return err(
        widening(index, 'the outer policy may deny this, and the inner policy does not', statement, overlap),
      );
    }
  }
  return ok(undefined);
}

const scopesOf = ({ statements }: Policy, wanted: Effect) =>
  statements.filter(({ effect }) => effect === wanted).map(scopeOf);

/**
 * Patterns and values of an inner policy, in characters: as long as the largest policy that RAM stores. A comparison costs
 * the square of its length, and a caller chooses the length.
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

const REASONS = {
  action: 'no outer statement allows this action',
  resource: 'no outer statement allows this action on this resource',
  conditions: 'no outer statement allows this under conditions as wide',
} as const;

function widening(
  statement: number,
  reason: WideningReason,
  { actions, resources }: Statement,
  part: ScopePart,
): Widening {
  const action = actions.kind === 'only' ? actions.patterns[part.cell] : undefined;
  const resource = reason === REASONS.action ? undefined : resources[part.resource];
  return {
    statement,
    reason,
    ...(action === undefined ? {} : { action: { index: part.cell, pattern: action } }),
    ...(resource === undefined ? {} : { resource: { index: part.resource, pattern: resource } }),
  };
}
