// `stint caller-proof`: proves to a Stint service who one is at Alibaba Cloud, by one's own access key.
import { ok, type Result } from '../../../shared/kernel/result.ts';
import type { CommandFault } from '../base/command-fault.ts';
import type { Terminal } from '../base/terminal.ts';
import { type CallerOptions, makeCallerProof } from '../credentials/make-caller-proof.ts';
import { type Cli, ENV_OPTION, finishWith } from './command.ts';

const HELP = `
Prints the proof and nothing else. It is good for one request, within five minutes.

Examples:
  curl -s https://vend.example.com/v1/credentials -H 'Content-Type: application/json' \\
    -H "Authorization: Bearer $(stint caller-proof --audience https://vend.example.com --sts https://sts.cn-hangzhou.aliyuncs.com)" \\
    -d '{"role":"arms-reader"}'

Settings (environment, or the file of --env):
  ALIBABA_CLOUD_ACCESS_KEY_ID, ALIBABA_CLOUD_ACCESS_KEY_SECRET, ALIBABA_CLOUD_SECURITY_TOKEN (with temporary keys),
  STINT_AUDIENCE and STINT_STS_ENDPOINT (where --audience and --sts are not given)`;

function printProof(options: CallerOptions, terminal: Terminal): Result<void, CommandFault> {
  const proof = makeCallerProof(options, terminal, new Date());
  if (!proof.ok) return proof;
  terminal.out(proof.value);
  return ok(undefined);
}

export function addCallerProof(cli: Cli): void {
  cli.program
    .command('caller-proof')
    .description('prove to a Stint service who you are at Alibaba Cloud, by a signed bearer string')
    .option('--audience <audience>', 'the audience of the Stint service, as its operator gave it')
    .option('--sts <url>', 'the STS that the Stint service asks, as its operator gave it')
    .option(...ENV_OPTION)
    .addHelpText('after', HELP)
    .action((options: CallerOptions) => finishWith(cli, printProof(options, cli.terminal)));
}
