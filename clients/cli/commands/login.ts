// `stint login`: sign in as a person, with the browser.
import type { DeploymentOptions } from '../deployment.ts';
import { runLogin } from '../sign-in/run-login.ts';
import { type Cli, finishWith, URL_OPTION } from './command.ts';

const HELP = `
Your browser opens the deployment's sign-in; what it says is kept on this machine, readable by you alone.
The deployment is remembered: the other commands take the one you signed in to last.

Examples:
  stint login --url https://stint.example.com
  stint login`;

export function addLogin(cli: Cli): void {
  cli.program
    .command('login')
    .description('sign in to a Stint deployment as a person')
    .option(...URL_OPTION)
    .addHelpText('after', HELP)
    .action((options: DeploymentOptions) => finishWith(cli, runLogin(options, cli.terminal)));
}
