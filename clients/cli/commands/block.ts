// `stint block`, `stint blocks` and `stint unblock`: what an operator takes away at once, for some time.
import { type BlockOptions, block, listBlocks, unblock } from '../blocks/change-blocks.ts';
import {
  type Cli,
  ENV_OPTION,
  type EnvOptions,
  finishWith,
  formatExamplesWithSettings,
  JSON_OPTION,
  parsePeriod,
} from './command.ts';

const EXAMPLES = formatExamplesWithSettings(
  'stint block corporate:mallory --for 4h --reason "laptop stolen, INC-1234"',
  'stint block group:corporate:contractors --for 1d --reason "contract ended"',
  'stint block role:media-uploader --for 2h --reason "bucket under attack"',
  'stint block provider:github --for 4h --reason "issuer taken over" --yes',
  'stint blocks',
  'stint unblock b-1a2b3c4d',
);

export function addBlockCommand(cli: Cli): void {
  cli.program
    .command('block')
    .description('refuse a subject, a group, a provider or a role for some time, everywhere within 5 seconds')
    .argument(
      '<target>',
      'provider:subject, person:VALUE, group:provider:group, provider:id or role:id; * for every provider',
    )
    .requiredOption('--for <time>', 'how long: 4h, 45m or 2d', parsePeriod)
    .requiredOption('--reason <text>', 'why, for the readers of stint blocks')
    .option('--yes', 'block a provider, or a group that no caller comes with, without asking')
    .option(...ENV_OPTION)
    .addHelpText('after', EXAMPLES)
    .action((target: string, options: BlockOptions) => finishWith(cli, block(target, options, cli.terminal)));
}

export function addBlocks(cli: Cli): void {
  cli.program
    .command('blocks')
    .description('show what is blocked, until when, why and by whom')
    .option(...ENV_OPTION)
    .option(...JSON_OPTION)
    .addHelpText('after', EXAMPLES)
    .action((options: EnvOptions & { readonly json?: boolean }) =>
      finishWith(cli, listBlocks(options, cli.terminal)),
    );
}

export function addUnblock(cli: Cli): void {
  cli.program
    .command('unblock')
    .description('end a block before its time')
    .argument('<id>', 'the id that stint blocks shows')
    .option(...ENV_OPTION)
    .addHelpText('after', EXAMPLES)
    .action((id: string, options: EnvOptions) => finishWith(cli, unblock(id, options, cli.terminal)));
}
