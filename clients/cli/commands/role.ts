// `stint role`: which RAM roles Stint hands out, in RAM and in the access document at once.
import { type Command, InvalidArgumentError } from 'commander';
import type { RoleCommandOptions } from '../roles/open-roles.ts';
import type { AddRoleOptions } from '../roles/plan-role.ts';
import type { RemoveRoleOptions } from '../roles/remove-role.ts';
import { type Cli, DURATION_OPTION, ENV_OPTION, finishWith, formatExamples, JSON_OPTION } from './command.ts';

const DOCUMENT_OPTION = [
  '--document <file>',
  'the access document that has the roles',
  'access.yaml',
] as const;

const parseAccount = (text: string): string => {
  if (!/^\d{1,20}$/.test(text)) throw new InvalidArgumentError('Give the digits of an account id.');
  return text;
};

const addWriteOptions = (command: Command): Command =>
  command
    .option(...DOCUMENT_OPTION)
    .option('--apply <path...>', 'the documents to apply together (default: that of --document)')
    .option('--no-apply', 'write the document, and leave it to stint apply')
    .option('--yes', 'do not ask')
    .option('--dry-run', 'show what would be done, and change nothing')
    .option(...ENV_OPTION);

const [, , parseSeconds] = DURATION_OPTION;

const addGrantOptions = (command: Command): Command =>
  addWriteOptions(
    command
      .option('--provider <id>', 'the provider of the first grant')
      .option('--subject <subject>', 'the first grant is for this caller')
      .option('--group <group>', 'the first grant is for this group')
      .option('--anyone', 'the first grant is for every caller of the provider')
      .option('--session-policy <file>', 'limit the first grant by the RAM policy in this JSON file')
      .option('--attach <policy...>', 'attach these RAM policies to the role: they say what it may do')
      .option(
        '--max-duration <time>',
        'the longest life of its credentials: 1h, 45m or seconds',
        parseSeconds,
      )
      .option('--description <text>', 'what the role is for'),
  );

const HELP = `${formatExamples(
  'stint role add media-uploader --attach media-writer --provider corp --group media',
  'stint role add reports --account 9876543210987654 --provider corp --subject alice',
  'stint role import acs:ram::1234567890123456:role/ops --provider corp --group ops',
  'stint role list',
  'stint role remove media-uploader --delete-role',
)}

Settings (deployment.env and the environment, or the file of --env alone; without them, .stint/admin.env of the local cloud):
  STINT_REGION, STINT_TABLESTORE_INSTANCE, STINT_ACCOUNT_ID, and the credentials that stint setup takes.
  They need clients/cli/ram/role-policy.json. Without a person at the terminal, give --yes.`;

export function addRole(cli: Cli): void {
  const { program, terminal } = cli;
  const role = program
    .command('role')
    .description('add roles to those that Stint hands out, list them, remove them')
    .addHelpText('after', HELP);
  addGrantOptions(
    role
      .command('add')
      .description('create the RAM role, or adopt the one that is there, and give it to someone')
      .argument('<name>', 'its name in RAM and its id in the access document')
      .option('--account <id>', 'the account of the role, if it is another one', parseAccount),
  )
    .addHelpText('after', HELP)
    .action(async (name: string, options: AddRoleOptions) => {
      const { addNewRole } = await import('../roles/add-role.ts');
      await finishWith(cli, addNewRole(name, options, terminal));
    });
  addGrantOptions(
    role
      .command('import')
      .description('hand out a RAM role that is there, of this account or of another one')
      .argument('<arn>', 'its RoleArn')
      .option('--id <id>', 'its id in the access document (default: its name, in lower case)'),
  )
    .addHelpText('after', HELP)
    .action(async (arn: string, options: AddRoleOptions & { readonly id?: string }) => {
      const { importRole } = await import('../roles/add-role.ts');
      await finishWith(cli, importRole(arn, options, terminal));
    });
  role
    .command('list')
    .description('list the roles of the document, and what of them no longer fits')
    .option(...DOCUMENT_OPTION)
    .option(...ENV_OPTION)
    .option(...JSON_OPTION)
    .addHelpText('after', HELP)
    .action(async (options: RoleCommandOptions & { readonly json?: boolean }) => {
      const { listHandedOut } = await import('../roles/list-roles.ts');
      await finishWith(cli, listHandedOut(options, terminal));
    });
  addWriteOptions(
    role
      .command('remove')
      .description('stop handing a role out')
      .argument('<id>', 'its id in the access document')
      .option('--delete-role', 'delete the RAM role, too, if stint role made it'),
  )
    .addHelpText('after', HELP)
    .action(async (id: string, options: RemoveRoleOptions) => {
      const { removeRoleOf } = await import('../roles/remove-role.ts');
      await finishWith(cli, removeRoleOf(id, options, terminal));
    });
}
