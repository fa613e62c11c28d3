// `stint doctor`: what is wrong with a deployment.
import { type DoctorOptions, runDoctor } from '../doctor/run-doctor.ts';
import { type Cli, ENV_OPTION, formatExamples, JSON_OPTION, STRICT_OPTION } from './command.ts';

const HELP = `${formatExamples('stint doctor', 'stint doctor --env prod.env', 'stint doctor --json --strict')}

Checks endpoints, the clock, domain and TLS, tables, the rules in force, RAM roles and policies, and keys. Changes nothing.
Exits with 1 where it finds an error. The credentials need clients/cli/ram/doctor-policy.json; a check that lacks a
permission names it, and the others are made.

Settings (deployment.env and the environment, or the file of --env alone; without them, .stint/admin.env of the local cloud):
  STINT_REGION, STINT_TABLESTORE_INSTANCE, STINT_PUBLIC_URL, and the credentials that stint setup takes`;

export function addDoctor(cli: Cli): void {
  const { program, terminal, finish } = cli;
  program
    .command('doctor')
    .description('say what is wrong with a deployment, and what to do')
    .option(...STRICT_OPTION)
    .option(...ENV_OPTION)
    .option(...JSON_OPTION)
    .addHelpText('after', HELP)
    .action(async (options: DoctorOptions) => finish(await runDoctor(options, terminal)));
}
