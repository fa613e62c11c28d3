// `stint secret`: sets, lists and removes the client secrets of connections.
import {
  type ListSecretsOptions,
  listSecrets,
  type RemoveSecretOptions,
  removeSecret,
  setSecret,
} from '../keys/client-secrets.ts';
import {
  type Cli,
  ENV_OPTION,
  type EnvOptions,
  finishWith,
  formatExamplesWithSettings,
  JSON_OPTION,
} from './command.ts';

const CONNECTION_ARGUMENT = ['<connection>', 'the id of a connection of signOn'] as const;

const HELP = `${formatExamplesWithSettings(
  'stint secret set corporate',
  'stint secret set corporate < secret.txt',
  'stint secret list',
  'stint secret remove corporate',
)}
  STINT_KMS_KEY, STINT_KMS_ENDPOINT (where login has a KMS key: secrets are wrapped by it)`;

export function addSecret(cli: Cli): void {
  const { program, terminal } = cli;
  const secret = program
    .command('secret')
    .description('set the client secrets of identity providers, which login alone can read')
    .addHelpText('after', HELP);
  secret
    .command('set')
    .description('ask for the client secret of a connection, or read it from the standard input')
    .argument(...CONNECTION_ARGUMENT)
    .option(...ENV_OPTION)
    .addHelpText('after', HELP)
    .action((name: string, { env }: EnvOptions) => finishWith(cli, setSecret(name, env, terminal)));
  secret
    .command('list')
    .description('show which connections have a client secret, who set it and when')
    .option(...ENV_OPTION)
    .option(...JSON_OPTION)
    .addHelpText('after', HELP)
    .action((options: ListSecretsOptions) => finishWith(cli, listSecrets(options, terminal)));
  secret
    .command('remove')
    .description('remove the client secret of a connection')
    .argument(...CONNECTION_ARGUMENT)
    .option('--yes', 'remove it without asking')
    .option(...ENV_OPTION)
    .addHelpText('after', HELP)
    .action((name: string, options: RemoveSecretOptions) =>
      finishWith(cli, removeSecret(name, options, terminal)),
    );
}
