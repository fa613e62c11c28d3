// `stint whoami`: shows as whom a deployment knows the person.
import { ok, type Result } from '../../../shared/kernel/result.ts';
import { showable } from '../../../shared/kernel/showable.ts';
import type { CommandFault } from '../base/command-fault.ts';
import type { Terminal } from '../base/terminal.ts';
import { formatJson } from '../base/terminal-text.ts';
import { fetchOwnIdentity, formatIdentity, formatSessionEnd } from '../credentials/own-identity.ts';
import { chooseProof, type ProofOptions } from '../proof/find-proof.ts';
import {
  type Cli,
  finishWith,
  formatExamples,
  JSON_OPTION,
  TOKEN_FILE_OPTION,
  URL_OPTION,
} from './command.ts';

interface WhoamiOptions extends ProofOptions {
  readonly json?: boolean;
}

async function whoami(options: WhoamiOptions, terminal: Terminal): Promise<Result<void, CommandFault>> {
  const caller = await chooseProof(options, terminal)();
  if (!caller.ok) return caller;
  const identity = await fetchOwnIdentity(caller.value);
  if (!identity.ok) return identity;
  const { url, proof } = caller.value;
  if (options.json) {
    terminal.out(formatJson({ format: 1, url, ...identity.value, proof: proof ?? 'sign-in' }, 2));
    return ok(undefined);
  }
  const { groups, mfa } = identity.value;
  terminal.out(`${formatIdentity(identity.value)} at ${url}${formatSessionEnd(caller.value)}`);
  terminal.out(`groups: ${groups.length === 0 ? 'none' : showable(groups.join(', '))}`);
  terminal.out(`second factor: ${mfa ? 'yes' : 'no'}`);
  if (proof !== undefined) terminal.out(`proof: ${showable(proof)}`);
  return ok(undefined);
}

export function addWhoami(cli: Cli): void {
  cli.program
    .command('whoami')
    .description('show as whom a Stint deployment knows you')
    .option(...URL_OPTION)
    .option(...TOKEN_FILE_OPTION)
    .option(...JSON_OPTION)
    .addHelpText('after', formatExamples('stint whoami', 'stint whoami --json'))
    .action((options: WhoamiOptions) => finishWith(cli, whoami(options, cli.terminal)));
}
