// `stint setup --remove`: takes away what setup made, after it has said what is lost with it.
import { listTables } from '../../../shared/adapters/tablestore/manage-tables.ts';
import { TABLES } from '../../../shared/adapters/tablestore/tables.ts';
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import { EXIT, type ExitCode } from '../base/command-fault.ts';
import { DEPLOYMENT_FILE } from '../base/deployment-file.ts';
import { VEND_ROLE_NAME } from './desired-deployment.ts';
import { tableFault } from './find-resource.ts';
import { planRemoval } from './plan-setup.ts';
import type { FoundState } from './resource.ts';
import type { SetupFault } from './setup-cloud.ts';
import {
  compareState,
  doneAsJson,
  followPlan,
  mayGoOn,
  planAsJson,
  reportFailures,
  reportUnread,
  type SetupRun,
  showSetupPlan,
} from './setup-run.ts';
import { assumableRoles } from './vend-policy.ts';

/** Tables that Stint does not know keep the instance: others may use them. */
async function foreignTables(
  { place }: SetupRun,
  found: FoundState,
): Promise<Result<readonly string[], SetupFault>> {
  if (!found.has(`instance ${place.instance}`)) return ok([]);
  const listed = await listTables(place.cloud.openTables(place.instance));
  if (!listed.ok) return err(tableFault(listed.error, 'ListTable', '*', place));
  return ok(listed.value.filter((name) => !TABLES.some((table) => table.name === name)));
}

const LOSSES =
  'This deletes every rule, the audit trail, people’s passkeys and sessions, and all logs. It cannot be undone.';
const ROLES_STAY =
  'The roles that vend may assume stay in RAM. If they are to go, first: stint role remove <id> --delete-role, while the deployment is there. They are:';
const ADOPTED_STAYS =
  'What was there before setup took it over stays, as setup left it. To remove that as well, add --adopt.';
const AFTER_REMOVAL = [
  'The functions and the domain were made by Serverless Devs: npx s remove.',
  `${DEPLOYMENT_FILE} stays: delete it if you will not set up again.`,
] as const;

export async function removeDeployment(run: SetupRun): Promise<ExitCode> {
  const { options, terminal, place } = run;
  const compared = await compareState(run);
  if (!compared.ok) return reportUnread(compared.error, run);
  const { desired, found } = compared.value;
  const foreign = await foreignTables(run, found);
  if (!foreign.ok) return reportUnread([foreign.error], run);
  const keepsInstance = foreign.value.length > 0;
  const whole = planRemoval(desired, found, { adopted: options.adopt ?? false });
  const steps = whole.steps.filter(({ resource }) => !(keepsInstance && resource.kind === 'instance'));
  const plan = { ...whole, steps };
  showSetupPlan(plan, run);
  if (keepsInstance)
    terminal.note(`The instance ${place.instance} stays: it has other tables: ${foreign.value.join(', ')}.`);
  if (plan.kept.some(({ adopted }) => adopted)) terminal.note(ADOPTED_STAYS);
  if (options.dryRun) {
    if (options.json) terminal.out(planAsJson('planned', plan));
    return EXIT.ok;
  }
  if (steps.some(({ resource }) => resource.kind === 'table')) terminal.note(LOSSES);
  const policy = desired.find(({ kind, name }) => kind === 'policy' && name === VEND_ROLE_NAME);
  const roles = policy?.kind === 'policy' ? assumableRoles(policy.document) : [];
  if (roles.length > 0 && steps.length > 0) terminal.note(`${ROLES_STAY} ${roles.join(', ')}`);
  const stop = await mayGoOn('Type yes to remove this: ', plan, run);
  if (stop !== undefined) return stop;
  const outcomes = await followPlan(plan, desired, run);
  if (outcomes === undefined) return EXIT.usage;
  if (outcomes.some(({ state }) => state !== 'done')) return reportFailures(outcomes, run);
  if (options.json) terminal.out(doneAsJson(outcomes, [], undefined));
  else
    terminal.out(
      outcomes.length === 0 ? 'There is nothing that setup made.' : `Removed: ${outcomes.length}.`,
    );
  for (const line of AFTER_REMOVAL) terminal.note(line);
  return EXIT.ok;
}
