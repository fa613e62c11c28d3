// `stint policy fetch`: a policy of RAM as an entry of an access document.
import { Option } from 'commander';
import type { PolicyType } from '../../../shared/rules/document/pinned-policy.ts';
import { fetchPolicy } from '../documents/fetch-policy.ts';
import { type Cli, ENV_OPTION, helpWithSettings } from './command.ts';

interface Options {
  readonly env?: string;
  readonly type?: PolicyType;
  readonly into?: string;
}

export function addPolicyFetch({ program, terminal, finish }: Cli): void {
  program
    .command('policy')
    .description('policies that RAM has by name')
    .command('fetch')
    .description('read a policy from RAM and pin it by version and hash, as an entry of policies')
    .argument('<name>', 'the name of the policy in RAM')
    .addOption(
      new Option(
        '--type <type>',
        'which kind; default: System, and Custom where there is no such one',
      ).choices(['System', 'Custom']),
    )
    .option('--into <file>', 'put it into this access document, and keep its comments')
    .option(...ENV_OPTION)
    .addHelpText(
      'after',
      helpWithSettings(
        '  stint policy fetch AliyunOSSReadOnlyAccess\n  stint policy fetch media-reader --type Custom --into access.yaml',
      ),
    )
    .action(async (name: string, options: Options) => finish(await fetchPolicy(name, options, terminal)));
}
