// What a statement is about, read once for many comparisons: actions in one case, conditions as limits.
import { type Limit, limitOf } from './limit.ts';
import type { Actions, Statement } from './policy.ts';

export interface Reach {
  readonly actions: Actions;
  /** The actions taken apart where they can be: a list may be covered by several statements, one pattern each. */
  readonly cells: readonly Actions[];
  readonly resources: readonly string[];
  /** Read when first asked for: most statements are told apart before their conditions matter. */
  readonly limits: () => readonly Limit[];
}

export function reachOf({ actions, resources, conditions }: Statement): Reach {
  const patterns = actions.patterns.map((pattern) => pattern.toLowerCase());
  const folded: Actions = { kind: actions.kind, patterns };
  let limits: readonly Limit[] | undefined;
  return {
    actions: folded,
    cells:
      folded.kind === 'except'
        ? [folded]
        : patterns.map((pattern) => ({ kind: 'only', patterns: [pattern] })),
    resources,
    limits() {
      limits ??= conditions.map(limitOf);
      return limits;
    },
  };
}
