// What `stint apply` and `stint plan` have in common: their arguments and options, and what they run.
import type { Command } from 'commander';
import { type ApplyOptions, runApply } from '../documents/run-apply.ts';
import {
  type Cli,
  ENV_OPTION,
  FILES_ARGUMENT,
  formatExamplesWithSettings,
  JSON_OPTION,
  STRICT_OPTION,
} from './command.ts';

interface ApplyCommand {
  readonly name: string;
  readonly description: string;
  readonly examples: readonly string[];
  /** Whether the command writes nothing, unless its options say otherwise. */
  readonly dryRun: boolean;
}

export function addApplyCommand({ program, terminal, finish }: Cli, command: ApplyCommand): Command {
  const { name, description, examples, dryRun } = command;
  return program
    .command(name)
    .description(description)
    .argument(...FILES_ARGUMENT)
    .option(...ENV_OPTION)
    .option(...JSON_OPTION)
    .option(
      '--offline-policies',
      'take pinned policies as they are, without asking RAM whether they have changed',
    )
    .option(...STRICT_OPTION)
    .addHelpText('after', formatExamplesWithSettings(...examples))
    .action(async (files: readonly string[], options: Partial<ApplyOptions>) =>
      finish(await runApply(files, { dryRun, ...options }, terminal)),
    );
}
