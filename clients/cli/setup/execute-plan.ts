// Does the steps of a plan in their order. A step that fails stops those that need it, and no other: so one run finds every
// permission that is missing. Whatever happens is said of each step.
import { ok, type Result } from '../../../shared/kernel/result.ts';
import { findResource, type SetupPlace } from './find-resource.ts';
import { performStep } from './perform-step.ts';
import type { Step } from './plan-setup.ts';
import { dependenciesOf, differenceOf, type FoundResource, idOf, type Resource } from './resource.ts';
import type { SetupFault } from './setup-cloud.ts';

export type StepOutcome = { readonly step: Step } & (
  | { readonly state: 'done' }
  | { readonly state: 'failed'; readonly fault: SetupFault }
  /** `needs`: the id of what could not be made, or is still there. */
  | { readonly state: 'blocked'; readonly needs: string }
);

export interface ExecutionOptions {
  /** Called before a step, and again while it waits. */
  readonly onStep: (step: Step, number: number, total: number, waits: boolean) => void;
  readonly pause: (milliseconds: number) => Promise<unknown>;
}

/** What was just made may not be known everywhere yet: a role to RAM's next call, an instance's name to the network. A new table is busy. */
const TRIES = 40;
const PAUSE_MS = 3_000;
const NOT_YET: readonly SetupFault['kind'][] = ['not-found', 'key', 'unavailable', 'throttled'];

/** A step of `total`. */
interface Run extends ExecutionOptions {
  readonly place: SetupPlace;
  readonly resources: readonly Resource[];
  readonly total: number;
  readonly done: Set<string>;
}

/** Whether the cloud has what the step was to lead to: after a lost answer, or where another setup was faster. */
async function isThere(step: Step, { place, resources }: Run): Promise<boolean> {
  // What the resource needs was made before, or it could not have been tried.
  const made = resources.map((resource): [string, FoundResource] => [
    idOf(resource),
    { resource, made: true },
  ]);
  const found = await findResource(step.resource, place, new Map(made));
  if (!found.ok) return false;
  if (step.do === 'remove') return found.value === undefined;
  return found.value !== undefined && differenceOf(step.resource, found.value.resource) === undefined;
}

async function doStep(step: Step, number: number, run: Run): Promise<Result<void, SetupFault>> {
  const isFresh = dependenciesOf(step.resource, run.resources).some((id) => run.done.has(id));
  for (let tried = 1; ; tried += 1) {
    run.onStep(step, number, run.total, tried > 1);
    const done = await performStep(step, run.place);
    if (done.ok) return done;
    const { kind } = done.error;
    if ((kind === 'taken' || kind === 'unavailable') && (await isThere(step, run))) return ok(undefined);
    if (!isFresh || tried === TRIES || !NOT_YET.includes(kind)) return done;
    await run.pause(PAUSE_MS);
  }
}

/** What a step waits for: what it needs, or, to be removed, what needs it. */
function blockers(step: Step, resources: readonly Resource[]): readonly string[] {
  if (step.do !== 'remove') return dependenciesOf(step.resource, resources);
  const id = idOf(step.resource);
  return resources.filter((resource) => dependenciesOf(resource, resources).includes(id)).map(idOf);
}

/** `resources`: all of the deployment. Gives the outcome of every step. */
export async function executePlan(
  steps: readonly Step[],
  resources: readonly Resource[],
  place: SetupPlace,
  options: ExecutionOptions,
): Promise<readonly StepOutcome[]> {
  const run: Run = { ...options, place, resources, total: steps.length, done: new Set() };
  const open = new Set<string>();
  const outcomes: StepOutcome[] = [];
  for (const [index, step] of steps.entries()) {
    const id = idOf(step.resource);
    const needs = blockers(step, resources).find((blocker) => open.has(blocker));
    if (needs !== undefined) {
      outcomes.push({ step, state: 'blocked', needs });
      open.add(id);
      continue;
    }
    const done = await doStep(step, index + 1, run);
    outcomes.push(done.ok ? { step, state: 'done' } : { step, state: 'failed', fault: done.error });
    (done.ok ? run.done : open).add(id);
  }
  return outcomes;
}
