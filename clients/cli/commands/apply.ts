// `stint apply`: puts access documents in force.
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
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

export function addApply({ program, terminal, finish }: Cli): void {
  program
    .command('apply')
    .description('run the tests of access documents, show what they change, and put them in force')
    .argument(...FILES_ARGUMENT)
    .option(...ENV_OPTION)
    .option(...JSON_OPTION)
    .option(...OFFLINE_OPTION)
    .option(...STRICT_OPTION)
    .option('--yes', 'do not ask first when grants, providers, roles or sign-in are removed')
    .option('--dry-run', 'show what would change and write nothing')
    .addHelpText(
      'after',
      helpWithSettings(
        '  stint apply access.yaml\n  stint apply access/\n  stint apply --yes --strict --env prod.env --json access/',
      ),
    )
    .action(async (files: readonly string[], { dryRun = false, ...options }: Options) =>
      finish(await runApply(files, { ...options, dryRun }, terminal)),
    );
}
