// The `stint` command: reads the command line and hands over to one file a command.
import { Command, CommanderError } from 'commander';
import { addApply } from './commands/apply.ts';
import { addCallerProof } from './commands/caller-proof.ts';
import type { Cli } from './commands/command.ts';
import { addCredentials } from './commands/credentials.ts';
import { addFmt } from './commands/fmt.ts';
import { addKeys } from './commands/keys.ts';
import { addLint } from './commands/lint.ts';
import { addLogin } from './commands/login.ts';
import { addLogout } from './commands/logout.ts';
import { addPlan } from './commands/plan.ts';
import { addPolicyFetch } from './commands/policy-fetch.ts';
import { addRoles } from './commands/roles.ts';
import { addSamlKeys } from './commands/saml-keys.ts';
import { addSessionKeys } from './commands/session-keys.ts';
import { addTablesCreate } from './commands/tables-create.ts';
import { addTest } from './commands/test.ts';
import { addValidate } from './commands/validate.ts';
import { addWhoami } from './commands/whoami.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { processTerminal, type Terminal } from './terminal.ts';

const EXIT_CODES = `
Exit codes: 0 done, 1 the access document is wrong or a test of it fails, 2 the command line or the settings are wrong,
  3 the service failed or someone else applied meanwhile, 4 you are not signed in, or what you ask for is not yours`;

const withoutLineEnd = (text: string): string => text.replace(/\n$/, '');

export async function main(
  argv: readonly string[],
  terminal: Terminal = processTerminal(),
): Promise<ExitCode> {
  let exitCode: ExitCode = EXIT.ok;
  const program = new Command('stint')
    .description(
      'Sign in and take Alibaba Cloud roles; check, test, compare and apply the access documents that say who may take which.',
    )
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.out(withoutLineEnd(text)),
      writeErr: (text) => terminal.note(withoutLineEnd(text)),
    })
    .showHelpAfterError('Run the command with --help for examples.')
    .addHelpText('after', EXIT_CODES);
  const cli: Cli = {
    program,
    terminal,
    finish: (code) => {
      exitCode = code;
    },
  };
  const commands = [
    addLogin,
    addLogout,
    addWhoami,
    addRoles,
    addCredentials,
    addApply,
    addPlan,
    addValidate,
    addTest,
    addLint,
    addFmt,
    addPolicyFetch,
    addKeys,
    addTablesCreate,
    addSessionKeys,
    addSamlKeys,
    addCallerProof,
  ];
  for (const add of commands) add(cli);
  try {
    await program.parseAsync(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  }
  return exitCode;
}
