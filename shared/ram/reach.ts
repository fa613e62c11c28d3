// What a statement is about, read once for many comparisons: actions in one case, conditions as limits.
import { type ConditionSets, conditionSetsOf } from './limit.ts';
import type { Actions, Statement } from './policy.ts';

export interface StatementScope {
  readonly actions: Actions;
  /** The actions taken apart where they can be: a list may be covered by several statements, one pattern each. */
  readonly cells: readonly Actions[];
  readonly resources: readonly string[];
  /** Read when first asked for: most statements are told apart before their conditions matter. */
  readonly conditions: () => readonly ConditionSets[];
}

export function scopeOf({ actions, resources, conditions }: Statement): StatementScope {
  const patterns = actions.patterns.map((pattern) => pattern.toLowerCase());
  const folded: Actions = { kind: actions.kind, patterns };
  let limits: readonly ConditionSets[] | undefined;
  return {
    actions: folded,
    cells:
      folded.kind === 'except'
        ? [folded]
        : patterns.map((pattern) => ({ kind: 'only', patterns: [pattern] })),
    resources,
    conditions() {
      limits ??= conditions.map(conditionSetsOf);
      return limits;
    },
  };
}
