// `stint logout`: end the sign-in, there and here.
import type { DeploymentOptions } from '../base/deployment.ts';
import { runLogout } from '../sign-in/run-logout.ts';
import { type Cli, finishWith, URL_OPTION } from './command.ts';

const HELP = `
What was kept on this machine is removed even when the deployment does not answer.

Examples:
  stint logout
  stint logout --url https://stint.example.com`;

export function addLogout(cli: Cli): void {
  cli.program
    .command('logout')
    .description('end the sign-in at a Stint deployment and on this machine')
    .option(...URL_OPTION)
    .addHelpText('after', HELP)
    .action((options: DeploymentOptions) => finishWith(cli, runLogout(options, cli.terminal)));
}
