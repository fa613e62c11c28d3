// `stint plan`: shows what applying an access document would change.
import { runApply } from '../run-apply.ts';
import { type Cli, ENV_OPTION, helpWithSettings, JSON_OPTION, OFFLINE_OPTION } from './command.ts';

interface Options {
  readonly env?: string;
  readonly json?: boolean;
  readonly offlinePolicies?: boolean;
}

export function addPlan({ program, terminal, finish }: Cli): void {
  program
    .command('plan')
    .description('show what an access document would change, and write nothing')
    .argument('<file>', 'the access document')
    .option(...ENV_OPTION)
    .option(...JSON_OPTION)
    .option(...OFFLINE_OPTION)
    .addHelpText('after', helpWithSettings('  stint plan access.yaml\n  stint plan --json access.yaml'))
    .action(async (file: string, options: Options) =>
      finish(await runApply(file, { ...options, dryRun: true }, terminal)),
    );
}
