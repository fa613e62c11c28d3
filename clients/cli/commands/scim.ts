// `stint scim token`: makes, lists and revokes the tokens by which identity providers keep their directories here.
import {
  type CreateTokenOptions,
  createClientToken,
  type ListTokensOptions,
  listClientTokens,
  revokeClientToken,
} from '../keys/scim-tokens.ts';
import {
  type Cli,
  ENV_OPTION,
  type EnvOptions,
  finishWith,
  formatExamplesWithSettings,
  JSON_OPTION,
  parsePeriod,
} from './command.ts';

const HELP = formatExamplesWithSettings(
  'stint scim token create corporate --name entra',
  'stint scim token create corporate --name okta --expires 90d --json',
  'stint scim token list',
  'stint scim token revoke 0f3a9c1b7d2e4a68',
);

export function addScim(cli: Cli): void {
  const { program, terminal } = cli;
  const scim = program
    .command('scim')
    .description('make the tokens by which identity providers keep people and groups here')
    .addHelpText('after', HELP);
  const token = scim
    .command('token')
    .description('create, list and revoke the bearer tokens of directories')
    .addHelpText('after', HELP);
  token
    .command('create')
    .description('make a token for a directory, and show it this once')
    .argument('<directory>', 'the id of a directory of signOn.directories')
    .requiredOption('--name <name>', 'whose token it is, for the audit trail')
    .option('--expires <time>', 'how long it works: 365d, 90d or 12h (default: 365d)', parsePeriod)
    .option(...ENV_OPTION)
    .option(...JSON_OPTION)
    .addHelpText('after', HELP)
    .action((directory: string, options: CreateTokenOptions) =>
      finishWith(cli, createClientToken(directory, options, terminal)),
    );
  token
    .command('list')
    .description('show which tokens there are, who made them and until when they work')
    .option(...ENV_OPTION)
    .option(...JSON_OPTION)
    .addHelpText('after', HELP)
    .action((options: ListTokensOptions) => finishWith(cli, listClientTokens(options, terminal)));
  token
    .command('revoke')
    .description('refuse a token from now on')
    .argument('<id>', 'the id that stint scim token list shows')
    .option(...ENV_OPTION)
    .addHelpText('after', HELP)
    .action((id: string, { env }: EnvOptions) => finishWith(cli, revokeClientToken(id, env, terminal)));
}
