// `stint policy fetch`: a policy of RAM as an entry of an access document.
import { Option } from 'commander';
import { type FetchPolicyOptions, fetchPolicy } from '../documents/fetch-policy.ts';
import { type Cli, ENV_OPTION, finishWith, formatExamplesWithSettings } from './command.ts';

const HELP = formatExamplesWithSettings(
  'stint policy fetch AliyunOSSReadOnlyAccess',
  'stint policy fetch media-reader --type Custom --into access.yaml',
);

export function addPolicyFetch(cli: Cli): void {
  cli.program
    .command('policy')
    .description('read policies from RAM')
    .addHelpText('after', HELP)
    .command('fetch')
    .description('read a policy from RAM and pin it by version and hash, as an entry of policies')
    .argument('<name>', 'the name of the policy in RAM')
    .addOption(
      new Option('--type <type>', 'which kind (default: System, else Custom)').choices(['System', 'Custom']),
    )
    .option('--into <file>', 'put it into this access document, and keep its comments')
    .option(...ENV_OPTION)
    .addHelpText('after', HELP)
    .action((name: string, options: FetchPolicyOptions) =>
      finishWith(cli, fetchPolicy(name, options, cli.terminal)),
    );
}
