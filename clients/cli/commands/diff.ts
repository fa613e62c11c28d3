// `stint diff`: compares two revisions of the rules.
import { type DiffOptions, diffRevisions } from '../revisions/diff-revisions.ts';
import { REVISION_ARGUMENT } from '../revisions/find-revision.ts';
import { type Cli, ENV_OPTION, finishWith, formatExamplesWithSettings, JSON_OPTION } from './command.ts';

export function addDiff(cli: Cli): void {
  cli.program
    .command('diff')
    .description('show what changed from one revision of the rules to another')
    .argument(...REVISION_ARGUMENT)
    .argument('[revision]', 'the later one (default: the revision in force)')
    .option(...ENV_OPTION)
    .option(...JSON_OPTION)
    .addHelpText('after', formatExamplesWithSettings('stint diff 11', 'stint diff 9 11 --json'))
    .action((from: string, to: string | undefined, options: DiffOptions) =>
      finishWith(cli, diffRevisions(from, to, options, cli.terminal)),
    );
}
