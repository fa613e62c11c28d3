// `stint login`: signs a person in, with a browser on this machine or on another device.
import { Option } from 'commander';
import { TOKEN_STORAGES } from '../sessions/session-book.ts';
import { type LoginOptions, runLogin } from '../sign-in/run-login.ts';
import { type Cli, finishWith, formatExamples, URL_OPTION } from './command.ts';

const HELP = `
Your browser opens the deployment's sign-in. The sign-in is kept in the keychain of this system or, where there is none,
in a file that you alone can read.
The deployment is remembered: the other commands use the one that you signed in to last.
${formatExamples(
  'stint login --url https://stint.example.com',
  'stint login --fresh',
  'stint login --device',
  'stint login',
)}`;

export function addLogin(cli: Cli): void {
  cli.program
    .command('login')
    .description('sign in to a Stint deployment as a person')
    .option(...URL_OPTION)
    .option('--device', 'confirm a code in a browser on another device, for machines without a browser')
    .option('--fresh', 'prove yourself at your company again, for roles that require a fresh sign-in')
    .addOption(
      new Option('--store <store>', 'where the sign-in is kept (default: keychain, else file)').choices(
        TOKEN_STORAGES,
      ),
    )
    .addHelpText('after', HELP)
    .action((options: LoginOptions) => finishWith(cli, runLogin(options, cli.terminal)));
}
