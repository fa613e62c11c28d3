// `stint credentials`: takes a role, and prints its credentials for a shell, a file or a program. They are kept nowhere.
import { Option } from 'commander';
import { ok, type Result } from '../../../shared/kernel/result.ts';
import { showable } from '../../../shared/kernel/showable.ts';
import { type CommandFault, wrongUsage } from '../base/command-fault.ts';
import type { Terminal } from '../base/terminal.ts';
import {
  formatOutput,
  isForPrograms,
  OUTPUT_FORMATS,
  type OutputFormat,
} from '../credentials/format-output.ts';
import { pickRole } from '../credentials/pick-role.ts';
import { takeCredentials } from '../credentials/take-credentials.ts';
import { chooseProof, type ProofOptions } from '../proof/find-proof.ts';
import {
  type Cli,
  DURATION_OPTION,
  finishWith,
  formatExamples,
  ROLE_ARGUMENT,
  TOKEN_FILE_OPTION,
  URL_OPTION,
} from './command.ts';

interface CredentialsOptions extends ProofOptions {
  readonly format: OutputFormat;
  readonly duration?: number;
  readonly region?: string;
}

const HELP = `${formatExamples(
  'eval "$(stint credentials media-uploader)"',
  'stint credentials media-uploader --format powershell | Invoke-Expression',
  'stint credentials media-uploader --format env --duration 900 > .env',
  'aliyun configure set --profile media --mode External --region cn-hangzhou \\',
  "  --process-command 'stint credentials media-uploader --format credential-process'",
)}

--format aliyun prints an aliyun command for a profile with these credentials; a profile of mode External gets new ones
by itself.`;

/** The aliyun CLI refuses a profile without a region. */
function chooseRegion(
  { format, region }: CredentialsOptions,
  { env }: Terminal,
): Result<string, CommandFault> {
  const chosen = region ?? env['ALIBABA_CLOUD_REGION_ID'] ?? '';
  return chosen === '' && format === 'aliyun'
    ? wrongUsage('which region? Give --region, such as cn-hangzhou, or set ALIBABA_CLOUD_REGION_ID')
    : ok(chosen);
}

async function printCredentials(
  named: string | undefined,
  options: CredentialsOptions,
  terminal: Terminal,
): Promise<Result<void, CommandFault>> {
  const region = chooseRegion(options, terminal);
  if (!region.ok) return region;
  const caller = await chooseProof(options, terminal)();
  if (!caller.ok) return caller;
  const picked = await pickRole(named, caller.value, terminal);
  if (!picked.ok) return picked;
  const role = picked.value;
  const { format, duration } = options;
  const vended = await takeCredentials(caller.value, { role, durationSeconds: duration });
  if (!vended.ok) return vended;
  const credentials = { ...vended.value, takenAt: new Date() };
  terminal.out(formatOutput(credentials, format, { role, region: region.value }));
  if (!isForPrograms(format))
    terminal.note(`These credentials work until ${showable(credentials.expiration)}.`);
  return ok(undefined);
}

export function addCredentials(cli: Cli): void {
  cli.program
    .command('credentials')
    .description('take a role and print its credentials')
    .argument(...ROLE_ARGUMENT)
    .addOption(
      new Option('--format <format>', 'the format of the output').choices(OUTPUT_FORMATS).default('shell'),
    )
    .option(...DURATION_OPTION)
    .option('--region <region>', 'the region of the aliyun profile (default: ALIBABA_CLOUD_REGION_ID)')
    .option(...URL_OPTION)
    .option(...TOKEN_FILE_OPTION)
    .addHelpText('after', HELP)
    .action((role: string | undefined, options: CredentialsOptions) =>
      finishWith(cli, printCredentials(role, options, cli.terminal)),
    );
}
