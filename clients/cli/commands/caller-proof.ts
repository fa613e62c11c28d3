// `stint caller-proof`: proves to a Stint service who one is at Alibaba Cloud, by one's own key.

import { EXIT, type ExitCode } from '../base/exit-code.ts';
import type { Terminal } from '../base/terminal.ts';
import { type CallerOptions, readCallerSettings } from '../credentials/caller-settings.ts';
import { makeCallerProof } from '../credentials/make-caller-proof.ts';
import { type Cli, ENV_OPTION } from './command.ts';

const HELP = `
Prints the proof and nothing else. It is good for one request, within five minutes:
  curl -s https://vend.example.com/v1/credentials -H 'Content-Type: application/json' \\
    -H "Authorization: Bearer $(stint caller-proof --audience https://vend.example.com --sts https://sts.cn-hangzhou.aliyuncs.com)" \\
    -d '{"role":"arms-reader"}'

Settings (environment, or the file of --env):
  ALIBABA_CLOUD_ACCESS_KEY_ID, ALIBABA_CLOUD_ACCESS_KEY_SECRET, ALIBABA_CLOUD_SECURITY_TOKEN (with temporary keys),
  STINT_AUDIENCE and STINT_STS_ENDPOINT (for what --audience and --sts do not give)`;

function proveCaller(options: CallerOptions, terminal: Terminal): ExitCode {
  const settings = readCallerSettings(options, terminal);
  if (!settings.ok) {
    terminal.note(settings.error);
    return EXIT.usage;
  }
  terminal.out(makeCallerProof(settings.value, new Date()));
  return EXIT.ok;
}

export function addCallerProof({ program, terminal, finish }: Cli): void {
  program
    .command('caller-proof')
    .description('sign who you are at Alibaba Cloud, as a bearer string for a Stint service')
    .option('--audience <audience>', 'the audience of the Stint service, as its operator gave it')
    .option('--sts <url>', 'the STS that the Stint service asks, as its operator gave it')
    .option(...ENV_OPTION)
    .addHelpText('after', HELP)
    .action((options: CallerOptions) => finish(proveCaller(options, terminal)));
}
