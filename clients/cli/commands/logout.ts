// `stint logout`: ends the sign-in at the deployment and on this machine.
import type { DeploymentOptions } from '../base/deployment.ts';
import { runLogout } from '../sign-in/run-logout.ts';
import { type Cli, finishWith, formatExamples, URL_OPTION } from './command.ts';

const HELP = `
The sign-in is removed from this machine even when the deployment does not answer.
${formatExamples('stint logout', 'stint logout --url https://stint.example.com')}`;

export function addLogout(cli: Cli): void {
  cli.program
    .command('logout')
    .description('end the sign-in at a Stint deployment and on this machine')
    .option(...URL_OPTION)
    .addHelpText('after', HELP)
    .action((options: DeploymentOptions) => finishWith(cli, runLogout(options, cli.terminal)));
}
