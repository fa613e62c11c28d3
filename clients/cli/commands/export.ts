// `stint export`: writes the rules in force, or an earlier revision, as an access document.
import { type ExportOptions, exportRevision } from '../revisions/export-revision.ts';
import { type Cli, ENV_OPTION, finishWith, formatExamplesWithSettings } from './command.ts';

export function addExport(cli: Cli): void {
  cli.program
    .command('export')
    .description('write the rules in force as an access document that changes nothing when it is applied')
    .option('--rev <revision>', 'an earlier revision: its number, or the first 8 characters of its name')
    .option('--out <path>', 'write this file, or the files of this folder where the rules take several')
    .option(...ENV_OPTION)
    .addHelpText(
      'after',
      formatExamplesWithSettings('stint export', 'stint export --rev 11 --out access.yaml'),
    )
    .action((options: ExportOptions) => finishWith(cli, exportRevision(options, cli.terminal)));
}
