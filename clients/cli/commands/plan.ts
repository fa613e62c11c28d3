// `stint plan`: shows what applying access documents would change.
import { runApply } from '../documents/run-apply.ts';
import {
  type Cli,
  ENV_OPTION,
  FILES_ARGUMENT,
  helpWithSettings,
  JSON_OPTION,
  OFFLINE_OPTION,
  STRICT_OPTION,
} from './command.ts';

interface Options {
  readonly env?: string;
  readonly json?: boolean;
  readonly offlinePolicies?: boolean;
  readonly strict?: boolean;
}

export function addPlan({ program, terminal, finish }: Cli): void {
  program
    .command('plan')
    .description('show who would gain or lose which role and which actions, and write nothing')
    .argument(...FILES_ARGUMENT)
    .option(...ENV_OPTION)
    .option(...JSON_OPTION)
    .option(...OFFLINE_OPTION)
    .option(...STRICT_OPTION)
    .addHelpText('after', helpWithSettings('  stint plan access.yaml\n  stint plan --strict --json access/'))
    .action(async (files: readonly string[], options: Options) =>
      finish(await runApply(files, { ...options, dryRun: true }, terminal)),
    );
}
