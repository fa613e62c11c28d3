// `stint key`: whose key is it, and what was done with it?
import { type KeyOptions, showIssuedKey } from '../audit/show-key.ts';
import { type Cli, ENV_OPTION, finishWith, formatAuditorExamples, JSON_OPTION } from './command.ts';

const EXAMPLES = formatAuditorExamples('stint key STS.NUw4Exampleabc', 'stint key STS.NUw4Exampleabc --json');

export function addKey(cli: Cli): void {
  cli.program
    .command('key')
    .description(
      'show whose key an AccessKeyId is, by which grant, policy and rules, whether it still works, and what ActionTrail recorded of it',
    )
    .argument('<id>', 'the AccessKeyId, as ActionTrail shows it: STS.…')
    .option(...ENV_OPTION)
    .option(...JSON_OPTION)
    .addHelpText('after', EXAMPLES)
    .action((id: string, options: KeyOptions) => finishWith(cli, showIssuedKey(id, options, cli.terminal)));
}
