// `stint keys`: lists, approves and revokes the keys that issuers publish.
import { wrongUsage } from '../base/command-fault.ts';
import { decideKeys } from '../keys/decide-keys.ts';
import { type ListKeysOptions, listKeys } from '../keys/list-keys.ts';
import {
  type Cli,
  ENV_OPTION,
  type EnvOptions,
  finishWith,
  formatExamplesWithSettings,
  JSON_OPTION,
} from './command.ts';

interface ApproveOptions extends EnvOptions {
  readonly all?: boolean;
}

const PROVIDER_ARGUMENT = [
  '<provider>',
  'the id of a provider of the rules in force, or saml/ and the id of a SAML connection',
] as const;
const THUMBPRINT_HELP = 'the thumbprint of the key (RFC 7638), as stint keys shows it';
const HELP = formatExamplesWithSettings(
  'stint keys',
  'stint keys app-users --json',
  'stint keys approve app-users --all',
  'stint keys approve saml/corp --all',
  'stint keys revoke app-users NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs',
);

export function addKeys(cli: Cli): void {
  const { program, terminal } = cli;
  const keys = program
    .command('keys')
    .description('list, approve and revoke the signing keys of issuers')
    .addHelpText('after', HELP);
  keys
    .command('list', { isDefault: true })
    .description('show each key with its provider, state, thumbprint, and when it was first seen')
    .argument('[provider]', 'only the keys of this provider')
    .option(...ENV_OPTION)
    .option(...JSON_OPTION)
    .addHelpText('after', HELP)
    .action((provider: string | undefined, options: ListKeysOptions) =>
      finishWith(cli, listKeys(provider, options, terminal)),
    );
  keys
    .command('approve')
    .description('accept tokens signed with a key, for a provider with newKeys: hold')
    .argument(...PROVIDER_ARGUMENT)
    .argument('[thumbprint]', THUMBPRINT_HELP)
    .option('--all', 'every key of the provider that was seen and is neither approved nor revoked')
    .option(...ENV_OPTION)
    .addHelpText('after', HELP)
    .action((provider: string, thumbprint: string | undefined, { all = false, env }: ApproveOptions) =>
      finishWith(
        cli,
        all === (thumbprint !== undefined)
          ? wrongUsage('give either a thumbprint or --all')
          : decideKeys({ decision: 'approved', provider, thumbprint, env }, terminal),
      ),
    );
  keys
    .command('revoke')
    .description('refuse tokens signed with a key that the issuer still publishes')
    .argument(...PROVIDER_ARGUMENT)
    .argument('<thumbprint>', THUMBPRINT_HELP)
    .option(...ENV_OPTION)
    .addHelpText('after', HELP)
    .action((provider: string, thumbprint: string, { env }: EnvOptions) =>
      finishWith(cli, decideKeys({ decision: 'revoked', provider, thumbprint, env }, terminal)),
    );
}
