// `stint contain`: ends what the sessions of a role may do, those that were handed out included.
import { type ContainOptions, runContain } from '../blocks/run-contain.ts';
import { type Cli, ENV_OPTION, finishWith, formatExamplesWithSettings } from './command.ts';

const EXAMPLES = formatExamplesWithSettings(
  'stint contain media-uploader',
  'stint contain media-uploader --yes --env prod.env',
  'stint contain media-uploader --release',
);

export function addContain(cli: Cli): void {
  cli.program
    .command('contain')
    .description('deny everything to a role, so that sessions that were handed out fail as well')
    .argument('<role>', 'the role’s id in the access document, or the RoleArn of any role')
    .option('--release', 'take the Deny away again')
    .option('--yes', 'contain without asking')
    .option(...ENV_OPTION)
    .addHelpText('after', EXAMPLES)
    .action((role: string, options: ContainOptions) =>
      finishWith(cli, runContain(role, options, cli.terminal)),
    );
}
