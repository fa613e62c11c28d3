// `stint doctor`: what is wrong with a deployment.
import { InvalidArgumentError } from 'commander';
import { clientAddress } from '../../../shared/kernel/client-address.ts';
import type { DoctorOptions } from '../doctor/run-doctor.ts';
import type { LiveOptions } from '../doctor/run-live.ts';
import {
  type Cli,
  ENV_OPTION,
  formatExamples,
  JSON_OPTION,
  STRICT_OPTION,
  TOKEN_FILE_OPTION,
} from './command.ts';

const parseAddress = (text: string): string => {
  const address = clientAddress(text);
  if (address === undefined) throw new InvalidArgumentError('Give one IPv4 or IPv6 address.');
  return address;
};

const HELP = `${formatExamples('stint doctor', 'stint doctor --env prod.env', 'stint doctor --json --strict', 'stint doctor --live stint-doctor --address 203.0.113.7')}

Checks endpoints, the clock, domain and TLS, tables, the rules in force, RAM roles and policies, the functions against s.yaml,
and keys. Changes nothing.
Exits with 1 where it finds an error. The credentials need clients/cli/ram/doctor-policy.json; a check that lacks a
permission names it, and the others are made.

--live takes sessions of a RAM role that trusts your own credentials and may do ram:GetRole on itself, and calls with them:
whether STS takes a SourceIdentity, and whether acs:CurrentTime, acs:SourceIp and sts:ExternalId hold. It asks first.
It also asks the deployment whether CORS headers are added in front of it, which header has the caller's address, whether callers can
write that, and whether the host arrives. All but the first need a sign-in with a grant of the permission explain.

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
    .option(
      '--address <address>',
      'with --live: your own address, as other machines see it, to compare with what arrives',
      parseAddress,
    )
    .option(
      '--url <url>',
      'with --live and a token: the deployment that the token is for (default: STINT_URL)',
    )
    .option(...TOKEN_FILE_OPTION)
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
