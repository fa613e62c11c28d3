// `stint leave` and `stint leavers`: people who leave the company, and who come back.
import { type LeaversOptions, listLeavers } from '../leave/list-leavers.ts';
import { type LeaveOptions, runLeave } from '../leave/run-leave.ts';
import {
  type Cli,
  ENV_OPTION,
  finishWith,
  formatExamplesWithSettings,
  JSON_OPTION,
  parseNumber,
} from './command.ts';

const EXAMPLES = `${formatExamplesWithSettings(
  'stint leave corporate:alice --reason "left on 30 November"',
  'stint leave person:4711 --reason "laptop stolen, INC-1234" --yes',
  'stint leave corporate:alice --dry-run',
  'stint leave corporate:alice --undo',
  'stint leavers',
)}
  The key needs clients/cli/ram/leave-policy.json.`;

const DEFAULT_ROWS = 200;
const MAX_ROWS = 10_000;

export function addLeave(cli: Cli): void {
  cli.program
    .command('leave')
    .description('sign a person out everywhere and keep them out, everywhere within 5 seconds')
    .argument('<person>', 'connection:subject, or person:VALUE for a person link')
    .option('--reason <text>', 'why, for the readers of stint leavers')
    .option('--undo', 'the person is back: let them sign in again')
    .option('--dry-run', 'say what would be ended, and change nothing')
    .option('--yes', 'do it without asking')
    .option(...ENV_OPTION)
    .option(...JSON_OPTION)
    .addHelpText('after', EXAMPLES)
    .action((person: string, options: LeaveOptions) =>
      finishWith(cli, runLeave(person, options, cli.terminal)),
    );
}

export function addLeavers(cli: Cli): void {
  cli.program
    .command('leavers')
    .description('show who left, since when, why and who said so')
    .option('--all', 'also those who came back')
    .option('--from <name>', 'from this name on, in the order of names')
    .option(
      '--limit <rows>',
      'show so many names and stop',
      parseNumber(1, MAX_ROWS, `Give a number from 1 to ${MAX_ROWS}.`),
      DEFAULT_ROWS,
    )
    .option(...ENV_OPTION)
    .option(...JSON_OPTION)
    .addHelpText('after', EXAMPLES)
    .action((options: LeaversOptions) => finishWith(cli, listLeavers(options, cli.terminal)));
}
