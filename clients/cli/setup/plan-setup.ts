// What has to be done so that an account has what is desired. Pure: the plan is data, so that a test can follow it
// without a cloud.
import {
  canChange,
  differenceOf,
  type FoundResource,
  type FoundState,
  idOf,
  type Resource,
} from './resource.ts';

export type Step =
  | { readonly do: 'create'; readonly resource: Resource }
  /** `takeOver`: another person or program made it, and setup may change it from then on. */
  | {
      readonly do: 'change';
      readonly resource: Resource;
      readonly from: Resource;
      readonly takeOver: boolean;
    }
  /** `adopted`: it was there before setup took it over. */
  | { readonly do: 'remove'; readonly resource: Resource; readonly adopted: boolean };

/** It is there, is not as desired, and is not setup's to change. */
export interface Conflict {
  readonly resource: Resource;
  readonly from: Resource;
  readonly difference: string;
}

export interface SetupPlan {
  /** In an order in which each finds what it needs. */
  readonly steps: readonly Step[];
  /** As desired already. */
  readonly kept: readonly FoundResource[];
  readonly conflicts: readonly Conflict[];
}

/** Files of this folder are the operator's own, even where another person wrote them. */
const isOwnFile = ({ kind }: Resource): boolean => kind === 'settings';

/**
 * `desired` is in an order in which each resource comes after what it needs. `adopt`: change what others made, too,
 * where it can be changed.
 */
export function planSetup(
  desired: readonly Resource[],
  found: FoundState,
  { adopt = false }: { readonly adopt?: boolean } = {},
): SetupPlan {
  const steps: Step[] = [];
  const kept: FoundResource[] = [];
  const conflicts: Conflict[] = [];
  for (const resource of desired) {
    const there = found.get(idOf(resource));
    if (there === undefined) {
      steps.push({ do: 'create', resource });
      continue;
    }
    const difference = differenceOf(resource, there.resource);
    if (difference === undefined) {
      kept.push(there);
      continue;
    }
    const from = there.resource;
    const isOwn = there.made || there.adopted === true;
    const mayChange = isOwn || adopt || isOwnFile(resource);
    if (mayChange && canChange(resource, from))
      steps.push({ do: 'change', resource, from, takeOver: !isOwn });
    else conflicts.push({ resource, from, difference });
  }
  return { steps, kept, conflicts };
}

/** All that is in a log project goes with it, and the rules with their tables. */
const goesWithOther = ({ kind }: Resource): boolean =>
  kind === 'rules' || (kind.startsWith('log-') && kind !== 'log-project');

/**
 * Files are the operator's, and say what was chosen: they stay. The rest goes in the opposite order of its making. `adopted`: with
 * what was there before setup took it over.
 */
export function planRemoval(
  known: readonly Resource[],
  found: FoundState,
  { adopted = false }: { readonly adopted?: boolean } = {},
): SetupPlan {
  const there = known
    .filter((resource) => !goesWithOther(resource))
    .flatMap((resource) => found.get(idOf(resource)) ?? []);
  const removable = (one: FoundResource): boolean =>
    (one.made || (adopted && one.adopted === true)) && !isOwnFile(one.resource);
  return {
    steps: there
      .filter(removable)
      .map((one) => ({ do: 'remove' as const, resource: one.resource, adopted: !one.made }))
      .reverse(),
    kept: there.filter((one) => !removable(one)),
    conflicts: [],
  };
}
