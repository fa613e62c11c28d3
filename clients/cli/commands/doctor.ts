// `stint doctor`: what is wrong with a deployment.
import type { DoctorOptions } from '../doctor/run-doctor.ts';
import type { LiveOptions } from '../doctor/run-live.ts';
import { type Cli, ENV_OPTION, formatExamples, JSON_OPTION, STRICT_OPTION } from './command.ts';

const HELP = `${formatExamples('stint doctor', 'stint doctor --env prod.env', 'stint doctor --json --strict', 'stint doctor --live stint-doctor')}

Checks endpoints, the clock, domain and TLS, tables, the rules in force, RAM roles and policies, the functions against s.yaml,
and keys. Changes nothing.
Exits with 1 where it finds an error. The credentials need clients/cli/ram/doctor-policy.json; a check that lacks a
permission names it, and the others are made.

--live takes sessions of a RAM role that trusts your own credentials and may do ram:GetRole on itself, and calls with them:
whether STS takes a SourceIdentity, and whether acs:CurrentTime, acs:SourceIp and sts:ExternalId hold. It asks first.

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
    .option(
      '--live <role>',
      'ask the live cloud, by sessions of this RAM role, which settings may be switched on',
    )
    .option('--external-id <id>', 'with --live: the ExternalId that the role’s trust policy asks for')
    .option('--yes', 'with --live: do not ask')
    .action(async ({ live, ...options }: DoctorOptions & LiveOptions & { readonly live?: string }) => {
      if (live === undefined) {
        const { runDoctor } = await import('../doctor/run-doctor.ts');
        finish(await runDoctor(options, terminal));
        return;
      }
      const { runLive } = await import('../doctor/run-live.ts');
      finish(await runLive(live, options, terminal));
    });
}
