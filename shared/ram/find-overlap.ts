// Can a Deny apply to something that an Allow grants? Answers "no" only for certain.
import { areActionsWithin, type Gap } from './find-gap.ts';
import { globsOverlap } from './glob.ts';
import { isConditionRefuted } from './limit.ts';
import type { Actions } from './policy.ts';
import type { StatementScope } from './reach.ts';

function areActionsApart(a: Actions, b: Actions): boolean {
  if (a.kind === 'except')
    return b.kind === 'only' && areActionsWithin(b, { kind: 'only', patterns: a.patterns });
  if (b.kind === 'except') return areActionsApart(b, a);
  return !a.patterns.some((left) => b.patterns.some((right) => globsOverlap(left, right)));
}

const isRefuted = (deny: StatementScope, allow: StatementScope): boolean =>
  deny.conditions().some((limit) => allow.conditions().some((given) => isConditionRefuted(limit, given)));

/** The first action and resource of `allow` that `deny` may be about as well. */
export function findOverlap(allow: StatementScope, deny: StatementScope): Gap | undefined {
  if (isRefuted(deny, allow)) return undefined;
  const cell = allow.cells.findIndex((actions) => !areActionsApart(actions, deny.actions));
  if (cell < 0) return undefined;
  const resource = allow.resources.findIndex((pattern) =>
    deny.resources.some((denied) => globsOverlap(pattern, denied)),
  );
  return resource < 0 ? undefined : { cell, resource };
}
