// Is all that one statement is about covered by others together? Each action on each resource must lie within one
// statement whose conditions are as wide; which one may differ.
import { globContains, globsOverlap } from './glob.ts';
import { isConditionWithin } from './limit.ts';
import type { Actions } from './policy.ts';
import type { StatementScope } from './reach.ts';

type Patterns = readonly string[];

const isPatternWithin = (narrow: string, wide: Patterns): boolean =>
  wide.some((outer) => globContains(outer, narrow));

export function areActionsWithin(narrow: Actions, wide: Actions): boolean {
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

const areConditionsWithin = (narrow: StatementScope, wide: StatementScope): boolean =>
  wide.conditions().every((outer) => narrow.conditions().some((inner) => isConditionWithin(inner, outer)));

export interface Gap {
  /** Index of the action cell and of the resource that no statement covers. */
  readonly cell: number;
  readonly resource: number;
}

/** Indices of the resources of `narrow` that `wide` covers, none if its conditions are narrower. */
function coveredResources(narrow: StatementScope, wide: StatementScope): ReadonlySet<number> {
  const covered = [...narrow.resources.keys()].filter((index) => {
    const pattern = narrow.resources[index];
    return pattern !== undefined && isPatternWithin(pattern, wide.resources);
  });
  return new Set(covered.length > 0 && areConditionsWithin(narrow, wide) ? covered : []);
}

/**
 * Actions tell most statements apart and cost least; the rest is compared at most once for each. `likely` is the index
 * of the one to ask first: where one policy was made from the other, statements stand in the same places.
 */
export function findGap(
  narrow: StatementScope,
  wides: readonly StatementScope[],
  likely = 0,
): Gap | undefined {
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

export type Lacking = 'action' | 'resource' | 'conditions';

/** What would have to be narrower for the gap to close. */
export function explainGap(
  { cell, resource }: Gap,
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
