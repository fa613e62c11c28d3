// `stint apply`: puts an access document in force.
import { runApply } from '../run-apply.ts';
import { type Cli, ENV_OPTION, helpWithSettings, JSON_OPTION, OFFLINE_OPTION } from './command.ts';

interface Options {
  readonly env?: string;
  readonly json?: boolean;
  readonly offlinePolicies?: boolean;
  readonly dryRun?: boolean;
}

export function addApply({ program, terminal, finish }: Cli): void {
  program
    .command('apply')
    .description('show what an access document changes, and put it in force')
    .argument('<file>', 'the access document')
    .option(...ENV_OPTION)
    .option(...JSON_OPTION)
    .option(...OFFLINE_OPTION)
    .option('--dry-run', 'show what would change and write nothing')
    .addHelpText(
      'after',
      helpWithSettings('  stint apply access.yaml\n  stint apply --env prod.env --json access.yaml'),
    )
    .action(async (file: string, { dryRun = false, ...options }: Options) =>
      finish(await runApply(file, { ...options, dryRun }, terminal)),
    );
}
