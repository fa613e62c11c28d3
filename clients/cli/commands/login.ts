// `stint login`: sign in as a person, with a browser here or elsewhere.
import { Option } from 'commander';
import { TOKEN_STORAGES } from '../sessions/session-book.ts';
import { type LoginOptions, runLogin } from '../sign-in/run-login.ts';
import { type Cli, finishWith, URL_OPTION } from './command.ts';

const HELP = `
Your browser opens the deployment's sign-in. The sign-in is kept in the keychain of this system or, where there is none,
in a file that you alone can read.
The deployment is remembered: the other commands take the one you signed in to last.

Examples:
  stint login --url https://stint.example.com
  stint login --fresh
  stint login --device
  stint login`;

export function addLogin(cli: Cli): void {
  cli.program
    .command('login')
    .description('sign in to a Stint deployment as a person')
    .option(...URL_OPTION)
    .option('--device', 'confirm a code in a browser elsewhere: for machines without one')
    .option('--fresh', 'prove yourself at your company again, for roles that want to know')
    .addOption(
      new Option('--store <store>', 'keep the sign-in there (default: keychain, else file)').choices(
        TOKEN_STORAGES,
      ),
    )
    .addHelpText('after', HELP)
    .action((options: LoginOptions) => finishWith(cli, runLogin(options, cli.terminal)));
}
