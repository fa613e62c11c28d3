// One run of `stint setup`: what it was told, and what making and removing a deployment have in common: they look, show a plan,
// ask, follow it, and report.
import type { CloudFault } from '../../../shared/adapters/alibaba-cloud/cloud-fault.ts';
import { ok, type Result } from '../../../shared/kernel/result.ts';
import { EXIT, type ExitCode } from '../base/command-fault.ts';
import { confirm } from '../base/confirm.ts';
import type { Terminal } from '../base/terminal.ts';
import { formatJson } from '../base/terminal-text.ts';
import type { Check, DomainNetwork } from './check-domain.ts';
import type { ChoiceOptions } from './choose-settings.ts';
import {
  type DeploymentChoices,
  desiredDeployment,
  KMS_POLICY_NAME,
  VEND_ROLE_NAME,
} from './desired-deployment.ts';
import { executePlan, type StepOutcome } from './execute-plan.ts';
import { explainMissing, missingPermissions } from './explain-setup-fault.ts';
import { findState, type SetupPlace } from './find-resource.ts';
import { kmsKeysIn } from './function-policies.ts';
import type { SetupPlan } from './plan-setup.ts';
import type { FoundState, Resource } from './resource.ts';
import type { SetupFault } from './setup-cloud.ts';
import {
  explainSetupFault,
  failureLines,
  outcomeAsJson,
  planLines,
  progressLine,
  stepAsJson,
} from './show-plan.ts';
import { assumableRoles } from './vend-policy.ts';

export interface SetupOptions extends ChoiceOptions {
  readonly env?: string;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
  readonly adopt?: boolean;
  readonly remove?: boolean;
  readonly deploy?: boolean;
}

/** What a test replaces: it has no domain, deploys otherwise, and must not wait. */
export interface SetupMeans {
  readonly network: DomainNetwork;
  readonly deploy: (repository: string, folder: string) => Promise<boolean>;
  readonly pause: (milliseconds: number) => Promise<unknown>;
}

/** One run: what it was told, and what it found. */
export interface SetupRun {
  readonly options: SetupOptions;
  readonly terminal: Terminal;
  readonly means: SetupMeans;
  readonly repository: string;
  readonly place: SetupPlace;
  readonly choices: DeploymentChoices;
}

/** Stands for whatever keys of KMS login may use: the policy is looked for whether or not one is named now. */
const ANY_KMS_KEY = 'any';

/** What is there, and what is desired: the roles that vend may assume, and the keys that login may use, are those of now. */
export async function compareState(
  run: SetupRun,
): Promise<
  Result<{ readonly desired: readonly Resource[]; readonly found: FoundState }, readonly SetupFault[]>
> {
  const { repository, choices, place } = run;
  const shape = desiredDeployment(repository, choices, { roles: [], kmsKeys: [ANY_KMS_KEY] });
  const found = await findState(shape, place);
  if (!found.ok) return found;
  const documentOf = (name: string): unknown => {
    const policy = found.value.get(`policy ${name}`)?.resource;
    return policy?.kind === 'policy' ? policy.document : undefined;
  };
  const held = {
    roles: assumableRoles(documentOf(VEND_ROLE_NAME)),
    kmsKeys: kmsKeysIn(documentOf(KMS_POLICY_NAME)),
  };
  return ok({ desired: desiredDeployment(repository, choices, held), found: found.value });
}

const isCloudFault = (fault: SetupFault): fault is CloudFault => fault.kind !== 'file';

/** Nothing was changed: the state of the account could not be read. */
export function reportUnread(faults: readonly SetupFault[], { options, terminal }: SetupRun): ExitCode {
  const missing = missingPermissions(faults.filter(isCloudFault));
  if (options.json) terminal.out(formatJson({ format: 1, result: 'not-read', missing, faults }, 2));
  const others = faults.filter(({ kind }) => kind !== 'denied').map(explainSetupFault);
  for (const line of [...new Set(others), ...explainMissing(missing), 'Nothing was changed.'])
    terminal.note(line);
  return EXIT.service;
}

export async function mayGoOn(
  question: string,
  plan: SetupPlan,
  { options, terminal }: SetupRun,
): Promise<ExitCode | undefined> {
  if (plan.steps.length === 0) return undefined;
  const confirmed = await confirm(question, options, terminal);
  if (confirmed.ok) return undefined;
  terminal.note(confirmed.error.message);
  return confirmed.error.exitCode;
}

export function showSetupPlan(plan: SetupPlan, { options, terminal, choices, place }: SetupRun): void {
  if (options.json) return;
  const { accountId, region } = choices;
  terminal.out(`Account ${accountId}, region ${region}, as ${place.cloud.account.arn}`);
  for (const line of planLines(plan)) terminal.out(line);
}

/** Undefined: there are no credentials any more. */
export async function followPlan(
  { steps }: SetupPlan,
  all: readonly Resource[],
  { place, terminal, means }: SetupRun,
): Promise<readonly StepOutcome[] | undefined> {
  const fresh = await place.cloud.refresh();
  if (!fresh.ok) {
    terminal.note(fresh.error.message);
    return undefined;
  }
  return executePlan(steps, all, place, {
    pause: means.pause,
    onStep: (step, number, total, waits) => terminal.note(progressLine(step, number, total, waits)),
  });
}

export function reportFailures(outcomes: readonly StepOutcome[], { options, terminal }: SetupRun): ExitCode {
  const faults = outcomes.flatMap((outcome) => (outcome.state === 'failed' ? [outcome.fault] : []));
  const missing = missingPermissions(faults.filter(isCloudFault));
  const steps = outcomes.map(outcomeAsJson);
  if (options.json) terminal.out(formatJson({ format: 1, result: 'incomplete', missing, steps }, 2));
  const left = failureLines(outcomes);
  const done = outcomes.length - left.length;
  for (const line of [...left, ...explainMissing(missing)]) terminal.note(line);
  terminal.note(
    `${done} of ${outcomes.length} steps are done. Run the same command again: it goes on from here.`,
  );
  return EXIT.service;
}

export const planAsJson = (result: string, { steps, kept, conflicts }: SetupPlan): string =>
  formatJson({ format: 1, result, steps: steps.map(stepAsJson), kept, conflicts }, 2);

export const doneAsJson = (
  outcomes: readonly StepOutcome[],
  checks: readonly Check[],
  deployed: boolean | undefined,
): string =>
  formatJson(
    { format: 1, result: 'done', steps: outcomes.map(outcomeAsJson), checks, deployed: deployed ?? null },
    2,
  );
