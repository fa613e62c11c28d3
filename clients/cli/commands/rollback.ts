// `stint rollback`: puts an earlier revision of the rules in force again.
import type { ApplyOptions } from '../documents/run-apply.ts';
import { REVISION_ARGUMENT } from '../revisions/find-revision.ts';
import { rollBack } from '../revisions/roll-back.ts';
import { type Cli, ENV_OPTION, formatExamplesWithSettings, JSON_OPTION } from './command.ts';

export function addRollback({ program, terminal, finish }: Cli): void {
  program
    .command('rollback')
    .description('put an earlier revision of the rules in force again, as a new revision')
    .argument(...REVISION_ARGUMENT)
    .option(...ENV_OPTION)
    .option(...JSON_OPTION)
    .option('--yes', 'do not ask first when the rollback removes something')
    .option('--dry-run', 'show what would change and write nothing')
    .option(
      '--offline-policies',
      'take pinned policies as they are, without asking RAM whether they have changed',
    )
    .addHelpText(
      'after',
      formatExamplesWithSettings(
        'stint rollback 11',
        'stint rollback 11 --dry-run',
        'stint rollback --yes 11',
      ),
    )
    .action(async (revision: string, options: Partial<ApplyOptions>) =>
      finish(await rollBack(revision, { dryRun: false, ...options }, terminal)),
    );
}
