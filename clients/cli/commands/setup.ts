// `stint setup`: sets up a deployment in an account. With the name of a stock client of Alibaba Cloud it lets that client take a
// role’s credentials by itself; one subcommand for each client.
import { type Command, InvalidArgumentError } from 'commander';
import type { RoleOptions } from '../profiles/choose-roles.ts';
import { printEcsAgent } from '../profiles/describe-ecs-agent.ts';
import {
  ALIYUN,
  BOTO,
  type ProfileClient,
  type ProfileOptions,
  setUpProfiles,
  TERRAFORM,
} from '../profiles/set-up.ts';
import { type OssutilOptions, setUpOssutil } from '../profiles/set-up-ossutil.ts';
import type { SetupOptions } from '../setup/setup-run.ts';
import {
  type Cli,
  ENV_OPTION,
  finishWith,
  formatExamples,
  JSON_OPTION,
  parsePortFrom,
  ROLE_ARGUMENT,
  TOKEN_FILE_OPTION,
  URL_OPTION,
} from './command.ts';

const parseName = (text: string): string => {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(text))
    throw new InvalidArgumentError('Give letters, digits, ., _ and -, 64 at most.');
  return text;
};

const parseRegion = (text: string): string => {
  if (!/^[a-z0-9][a-z0-9-]{0,63}$/.test(text))
    throw new InvalidArgumentError('Give the id of a region, such as cn-hangzhou.');
  return text;
};

/** The port of the unit and of the examples of the agent. */
const OSSUTIL_AGENT_PORT = 9911;

/** Of every client with a file. */
const addFileOptions = (command: Command): Command =>
  command
    .option('--replace', 'overwrite a profile of the same name that stint did not make')
    .option('--remove', 'remove the role’s profile, or without a role every profile that stint made')
    .option('--file <file>', 'change this file (default: the one that the client reads)')
    .option('--yes', 'write the file without asking')
    .option('--dry-run', 'show the change and write nothing')
    .option(...URL_OPTION)
    .option(...TOKEN_FILE_OPTION);

const addProfileOptions = (command: Command): Command =>
  addFileOptions(
    command
      .argument(...ROLE_ARGUMENT)
      .option('--all-roles', 'one profile for each role that you may take now')
      .option('--profile <name>', 'the name of the profile (default: stint-<role>)', parseName),
  );

interface ClientCommand {
  readonly name: string;
  readonly description: string;
  readonly client: ProfileClient;
  readonly region: string;
  readonly examples: readonly string[];
}

const CLIENTS: readonly ClientCommand[] = [
  {
    name: 'aliyun',
    description: 'make profiles of the aliyun CLI, which the SDKs read, too',
    client: ALIYUN,
    region: 'the region of new profiles (default: that of the current profile)',
    examples: [
      'stint setup aliyun media-uploader --region cn-hangzhou',
      'stint setup aliyun --all-roles --yes',
      'stint setup aliyun media-uploader --remove',
    ],
  },
  {
    name: 'terraform',
    description: 'make profiles of the aliyun CLI, and print the provider block that names one',
    client: TERRAFORM,
    region: 'the region of new profiles (default: that of the current profile)',
    examples: ['stint setup terraform media-uploader --region cn-hangzhou'],
  },
  {
    name: 'boto',
    description: 'make profiles of the AWS SDKs, for programs that use OSS as S3',
    client: BOTO,
    region: 'the region of the profile (default: none)',
    examples: ['stint setup boto media-uploader --region cn-hangzhou', 'stint setup boto --remove'],
  },
];

const HELP = `
Without a client it creates what a deployment needs, from an administrator’s credentials: those of the environment or of --env, else
those that Alibaba Cloud’s own library finds. It shows the plan with every RAM policy, asks, and goes on where an earlier run stopped.
With a client it shows what it changes in the client’s file, asks, and then writes it. Other profiles and comments stay.
${formatExamples(
  'stint setup --region cn-hangzhou --domain vend.example.com --dry-run',
  'stint setup',
  'stint setup --remove',
  'stint setup aliyun media-uploader',
  'stint setup boto media-uploader --dry-run',
)}`;

/** commander's own refusal of a word that is no subcommand, with its suggestion. Its types leave the method out. */
type RefusesWords = Command & { unknownCommand(): never };

function addDeployment(setup: Command, { terminal, finish }: Cli): void {
  setup
    // A client's options are its own, though some have the same names.
    .enablePositionalOptions()
    .option('--region <region>', 'the region of the deployment', parseRegion)
    .option('--domain <domain>', 'the domain at which callers and browsers reach it')
    .option('--cert-id <id>', 'the domain’s certificate in Certificate Management Service')
    .option('--instance <name>', 'the Tablestore instance (default: stint- and digits of the account)')
    .option('--log-project <name>', 'the project of Log Service (default: stint, account and region)')
    .option(
      '--kms-key <key>',
      'the key of KMS that wraps the keys and client secrets of login (default: none)',
    )
    .option(
      '--hub-role <arn...>',
      'RAM roles of further accounts from which vend calls STS as well (default: none)',
    )
    .option(
      '--adopt',
      'change roles and policies of the same names that setup did not make; with --remove: remove them as well',
    )
    .option('--remove', 'remove what setup made, and nothing else')
    .option('--deploy', 'build and deploy at the end, without asking')
    .option('--yes', 'do not ask')
    .option('--dry-run', 'show the plan and change nothing')
    .option(...ENV_OPTION)
    .option(...JSON_OPTION)
    // Because setup does something without a client, commander takes a mistyped client for an argument too many.
    .allowExcessArguments()
    .action(async (options: SetupOptions) => {
      if (setup.args.length > 0) (setup as RefusesWords).unknownCommand();
      const { runSetup } = await import('../setup/run-setup.ts');
      finish(await runSetup(options, terminal));
    });
}

function addClient(
  setup: Command,
  cli: Cli,
  { name, description, client, region, examples }: ClientCommand,
): void {
  const command = addProfileOptions(setup.command(name).description(description)).option(
    '--region <region>',
    region,
    parseRegion,
  );
  if (client === ALIYUN) command.option('--default', 'make it the current profile');
  command
    .addHelpText('after', formatExamples(...examples))
    .action((role: string | undefined, options: ProfileOptions) =>
      finishWith(cli, setUpProfiles(role, client, options, cli.terminal)),
    );
}

function addOssutil(setup: Command, cli: Cli): void {
  addFileOptions(
    setup
      .command('ossutil')
      .description('let ossutil 1 ask stint agent for a role')
      .argument(...ROLE_ARGUMENT),
  )
    .option('--region <region>', 'the region of the endpoint, for a file that has none', parseRegion)
    .option('--port <port>', 'the port of the agent', parsePortFrom(1), OSSUTIL_AGENT_PORT)
    .option('--secret-file <file>', 'the secret of the agent (default: one in the folder of the sign-ins)')
    .addHelpText('after', formatExamples('stint setup ossutil media-uploader --region cn-hangzhou'))
    .action((role: string | undefined, options: OssutilOptions) =>
      finishWith(cli, setUpOssutil(role, options, cli.terminal)),
    );
}

function addEcsAgent(setup: Command, cli: Cli): void {
  setup
    .command('ecs-agent')
    .description('print what lets programs that know the metadata service of ECS alone ask stint agent')
    .argument(...ROLE_ARGUMENT)
    .option(...URL_OPTION)
    .option(...TOKEN_FILE_OPTION)
    .addHelpText('after', formatExamples('stint setup ecs-agent media-uploader'))
    .action((role: string | undefined, options: RoleOptions) =>
      finishWith(cli, printEcsAgent(role, options, cli.terminal)),
    );
}

export function addSetup(cli: Cli): void {
  const setup = cli.program
    .command('setup')
    .description('set up a deployment, or let stock clients take a role’s credentials by themselves')
    .addHelpText('after', HELP);
  addDeployment(setup, cli);
  for (const client of CLIENTS) addClient(setup, cli, client);
  addOssutil(setup, cli);
  addEcsAgent(setup, cli);
}
