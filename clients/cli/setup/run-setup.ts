// `stint setup` without a client: takes an account from nothing to a deployment, or from wherever it is. Shows what it will do,
// asks, does it, and says what is left.
import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ok, type Result } from '../../../shared/kernel/result.ts';
import { readEnvFile } from '../base/cloud-settings.ts';
import { type CommandFault, EXIT, type ExitCode, wrongUsage } from '../base/command-fault.ts';
import { DEPLOYMENT_FILE, readDeploymentFile, type SettingValues } from '../base/deployment-file.ts';
import { withLock } from '../base/file-lock.ts';
import type { Terminal } from '../base/terminal.ts';
import { noteUnusedProxy } from '../base/use-proxies.ts';
import { checkDeployment, REAL_NETWORK } from './check-domain.ts';
import { chooseRegion, chooseSettings } from './choose-settings.ts';
import { VEND_ROLE_NAME } from './desired-deployment.ts';
import type { StepOutcome } from './execute-plan.ts';
import { findRepository } from './function-policies.ts';
import { linesForNewHubs } from './hub-accounts.ts';
import { planSetup } from './plan-setup.ts';
import { removeDeployment } from './remove-deployment.ts';
import type { Resource } from './resource.ts';
import { connectCloud } from './setup-cloud.ts';
import {
  compareState,
  doneAsJson,
  followPlan,
  mayGoOn,
  planAsJson,
  reportFailures,
  reportUnread,
  type SetupMeans,
  type SetupOptions,
  type SetupRun,
  showSetupPlan,
} from './setup-run.ts';
import { conflictHelp } from './show-plan.ts';
import { assumableRoles } from './vend-policy.ts';

const COMMANDS: readonly (readonly string[])[] = [
  ['run', 'build'],
  ['run', 'deploy', '--', '-y'],
];

/** In the folder of the deployment, whose settings npm run deploy takes. */
function runNpm(args: readonly string[], repository: string, folder: string): Promise<boolean> {
  // Standard output is for the command's own result.
  const isWindows = process.platform === 'win32';
  const prefix = isWindows ? `"${repository}"` : repository;
  const child = spawn('npm', ['--prefix', prefix, ...args], {
    cwd: folder,
    stdio: ['inherit', 2, 2],
    shell: isWindows,
  });
  return new Promise((resolve) => {
    child.once('error', () => resolve(false));
    child.once('close', (code) => resolve(code === 0));
  });
}

/** Whether all of it succeeded. */
async function runDeploy(repository: string, folder: string): Promise<boolean> {
  for (const args of COMMANDS) if (!(await runNpm(args, repository, folder))) return false;
  return true;
}

const REAL_MEANS: SetupMeans = { network: REAL_NETWORK, deploy: runDeploy, pause };

/** Another setup in this folder may be waiting for a person, so that waiting for it makes no sense. */
const LOCK_WAIT_MS = 1_000;

const NO_REPOSITORY =
  'stint setup runs in a clone of Stint’s repository, which has the functions to deploy. For profiles of stock clients name the client, such as stint setup aliyun.';

export async function runSetup(
  options: SetupOptions,
  terminal: Terminal,
  means: SetupMeans = REAL_MEANS,
): Promise<ExitCode> {
  const file = join(terminal.folder, DEPLOYMENT_FILE);
  const lock = { what: `the deployment of ${DEPLOYMENT_FILE}`, waitMs: LOCK_WAIT_MS };
  const done = await withLock(`${file}.lock`, () => openRun(options, terminal, means), lock);
  if (done.ok) return done.value;
  terminal.note(done.error.message);
  return done.error.exitCode;
}

async function openRun(
  options: SetupOptions,
  terminal: Terminal,
  means: SetupMeans,
): Promise<Result<ExitCode, CommandFault>> {
  const repository = findRepository();
  if (repository === undefined) return wrongUsage(NO_REPOSITORY);
  const file = readDeploymentFile(terminal.folder);
  if (!file.ok) return file;
  const settings: SettingValues = file.value?.values ?? {};
  const env =
    options.env === undefined ? ok(terminal.env) : readEnvFile(resolve(terminal.folder, options.env));
  if (!env.ok) return env;
  const region = await chooseRegion(options, settings, { ...terminal, env: env.value });
  if (!region.ok) return region;
  noteUnusedProxy(terminal);
  const cloud = await connectCloud(env.value, region.value);
  if (!cloud.ok) return cloud;
  const choices = await chooseSettings(options, settings, cloud.value, terminal);
  if (!choices.ok) return choices;
  const { instance } = choices.value;
  const place = { cloud: cloud.value, folder: terminal.folder, instance };
  const run: SetupRun = { options, terminal, means, repository, place, choices: choices.value };
  return ok(await (options.remove ? removeDeployment(run) : makeDeployment(run)));
}

async function makeDeployment(run: SetupRun): Promise<ExitCode> {
  const { options, terminal } = run;
  const compared = await compareState(run);
  if (!compared.ok) return reportUnread(compared.error, run);
  const { desired, found } = compared.value;
  const plan = planSetup(desired, found, { adopt: options.adopt ?? false });
  showSetupPlan(plan, run);
  if (plan.conflicts.length > 0) {
    if (options.json) terminal.out(planAsJson('conflict', plan));
    terminal.note(conflictHelp(plan));
    return EXIT.usage;
  }
  if (options.dryRun) {
    if (options.json) terminal.out(planAsJson('planned', plan));
    else terminal.out(plan.steps.length === 0 ? 'Nothing to do.' : 'Nothing was changed: --dry-run.');
    return EXIT.ok;
  }
  const stop = await mayGoOn('Type yes to do this: ', plan, run);
  if (stop !== undefined) return stop;
  const outcomes = await followPlan(plan, desired, run);
  if (outcomes === undefined) return EXIT.usage;
  if (outcomes.some(({ state }) => state !== 'done')) return reportFailures(outcomes, run);
  return finish(outcomes, desired, run);
}

const NEXT = [
  'Next: npm run build && npm run deploy -- -y, then stint role add <name> for the first role.',
] as const;

/** What is left to do in hub accounts, of which there are no credentials here. */
function hubLines(desired: readonly Resource[], { choices }: SetupRun): readonly string[] {
  const { accountId, hubRoles } = choices;
  const policy = desired.find(({ kind, name }) => kind === 'policy' && name === VEND_ROLE_NAME);
  const roles = policy?.kind === 'policy' ? assumableRoles(policy.document) : [];
  const handedOut = roles.filter((arn) => !hubRoles.some((hubRole) => hubRole === arn));
  return linesForNewHubs(hubRoles, `acs:ram::${accountId}:role/${VEND_ROLE_NAME}`, handedOut);
}

async function finish(
  outcomes: readonly StepOutcome[],
  desired: readonly Resource[],
  run: SetupRun,
): Promise<ExitCode> {
  const { options, terminal, means, choices, repository } = run;
  if (!options.json)
    terminal.out(outcomes.length === 0 ? 'Everything is there.' : `Done: ${outcomes.length} steps.`);
  if (!options.json) for (const line of hubLines(desired, run)) terminal.out(line);
  const wantsDeploy = options.deploy ?? (await offersDeploy(run));
  const deployed = wantsDeploy ? await means.deploy(repository, terminal.folder) : undefined;
  const checks = await checkDeployment(choices, means.network, new Date());
  if (options.json) terminal.out(doneAsJson(outcomes, checks, deployed));
  else for (const { ok: isOk, message } of checks) terminal.out(`${isOk ? '  ok' : '  !!'} ${message}`);
  if (deployed === false) terminal.note('The deployment failed: see above. Run npm run deploy -- -y again.');
  else if (deployed === undefined && !options.json) for (const line of NEXT) terminal.note(line);
  return deployed === false ? EXIT.service : EXIT.ok;
}

async function offersDeploy({ options, terminal }: SetupRun): Promise<boolean> {
  if (options.yes || options.json || !terminal.ask) return false;
  return (await terminal.ask('Build and deploy now? Type yes: ')).trim() === 'yes';
}
