// `stint history`: lists the revisions of the rules that are kept.
import { type HistoryOptions, showHistory } from '../revisions/show-history.ts';
import { type Cli, ENV_OPTION, finishWith, formatExamplesWithSettings, JSON_OPTION } from './command.ts';

export function addHistory(cli: Cli): void {
  cli.program
    .command('history')
    .description('list who put which rules in force, when, from which files, and what changed')
    .option(...ENV_OPTION)
    .option(...JSON_OPTION)
    .addHelpText('after', formatExamplesWithSettings('stint history', 'stint history --json --env prod.env'))
    .action((options: HistoryOptions) => finishWith(cli, showHistory(options, cli.terminal)));
}
