// `stint whoami`: shows as whom a deployment knows the person.
import { ok, type Result } from '../../../shared/kernel/result.ts';
import { showable } from '../../../shared/kernel/showable.ts';
import type { CommandFault } from '../base/command-fault.ts';
import type { DeploymentOptions } from '../base/deployment.ts';
import type { Terminal } from '../base/terminal.ts';
import { formatJson } from '../base/terminal-text.ts';
import { fetchOwnIdentity, formatIdentity, formatSessionEnd } from '../credentials/own-identity.ts';
import { useSession } from '../sign-in/use-session.ts';
import { type Cli, finishWith, formatExamples, JSON_OPTION, URL_OPTION } from './command.ts';

interface WhoamiOptions extends DeploymentOptions {
  readonly json?: boolean;
}

async function whoami(options: WhoamiOptions, terminal: Terminal): Promise<Result<void, CommandFault>> {
  const session = await useSession(options, terminal);
  if (!session.ok) return session;
  const identity = await fetchOwnIdentity(session.value);
  if (!identity.ok) return identity;
  if (options.json) {
    terminal.out(formatJson({ format: 1, url: session.value.url, ...identity.value }, 2));
    return ok(undefined);
  }
  const { groups, mfa } = identity.value;
  terminal.out(`${formatIdentity(identity.value)} at ${session.value.url}${formatSessionEnd(session.value)}`);
  terminal.out(`groups: ${groups.length === 0 ? 'none' : showable(groups.join(', '))}`);
  terminal.out(`second factor: ${mfa ? 'yes' : 'no'}`);
  return ok(undefined);
}

export function addWhoami(cli: Cli): void {
  cli.program
    .command('whoami')
    .description('show as whom a Stint deployment knows you')
    .option(...URL_OPTION)
    .option(...JSON_OPTION)
    .addHelpText('after', formatExamples('stint whoami', 'stint whoami --json'))
    .action((options: WhoamiOptions) => finishWith(cli, whoami(options, cli.terminal)));
}
