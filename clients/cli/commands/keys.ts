// `stint keys`: the keys of issuers: list, approve, revoke.

import { EXIT } from '../base/exit-code.ts';
import { decideKeys } from '../keys/decide-keys.ts';
import { type ListKeysOptions, listKeys } from '../keys/list-keys.ts';
import { type Cli, ENV_OPTION, helpWithSettings, JSON_OPTION } from './command.ts';

interface ApproveOptions {
  readonly env?: string;
  readonly all?: boolean;
}

const PROVIDER_ARGUMENT = ['<provider>', 'the id of a provider of the rules in force'] as const;
const EXAMPLES = helpWithSettings(
  '  stint keys\n  stint keys app-users --json\n  stint keys approve app-users --all\n  stint keys revoke app-users NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs',
);

export function addKeys({ program, terminal, finish }: Cli): void {
  const keys = program
    .command('keys')
    .description('the keys that issuers were seen to publish, and whether they count')
    .addHelpText('after', EXAMPLES);
  keys
    .command('list', { isDefault: true })
    .description('show each key with its provider, state, thumbprint, and when it was first seen')
    .argument('[provider]', 'only the keys of this provider')
    .option(...ENV_OPTION)
    .option(...JSON_OPTION)
    .action(async (provider: string | undefined, options: ListKeysOptions) =>
      finish(await listKeys(provider, options, terminal)),
    );
  keys
    .command('approve')
    .description('let tokens in that are signed with a key, where newKeys is hold')
    .argument(...PROVIDER_ARGUMENT)
    .argument('[thumbprint]', 'of the key (RFC 7638), as stint keys shows it')
    .option('--all', 'every key of the provider that was seen and not decided about')
    .option(...ENV_OPTION)
    .action(
      async (provider: string, thumbprint: string | undefined, { all = false, env }: ApproveOptions) => {
        if (all === (thumbprint !== undefined)) {
          terminal.note('give either a thumbprint or --all');
          return finish(EXIT.usage);
        }
        finish(await decideKeys({ decision: 'approved', provider, thumbprint, env }, terminal));
      },
    );
  keys
    .command('revoke')
    .description('refuse tokens that are signed with a key, although its issuer still publishes it')
    .argument(...PROVIDER_ARGUMENT)
    .argument('<thumbprint>', 'of the key (RFC 7638), as stint keys shows it')
    .option(...ENV_OPTION)
    .action(async (provider: string, thumbprint: string, { env }: ApproveOptions) =>
      finish(await decideKeys({ decision: 'revoked', provider, thumbprint, env }, terminal)),
    );
}
