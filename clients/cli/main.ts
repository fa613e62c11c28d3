// The `stint` command: reads the command line and hands over to one file a command.
import { Command, CommanderError } from 'commander';
import { EXIT, type ExitCode } from './base/exit-code.ts';
import { processTerminal, type Terminal } from './base/terminal.ts';
import type { Cli } from './commands/command.ts';

const EXIT_CODES = `
Exit codes: 0 done, 1 the access document is wrong or a test of it fails, 2 the command line or the settings are wrong,
  3 the service failed or someone else applied meanwhile, 4 you are not signed in, or what you ask for is not yours`;

type LoadCommand = () => Promise<(cli: Cli) => void>;

/** By the word that they begin with, in the order of --help. */
export const COMMANDS = {
  login: async () => (await import('./commands/login.ts')).addLogin,
  logout: async () => (await import('./commands/logout.ts')).addLogout,
  whoami: async () => (await import('./commands/whoami.ts')).addWhoami,
  roles: async () => (await import('./commands/roles.ts')).addRoles,
  credentials: async () => (await import('./commands/credentials.ts')).addCredentials,
  apply: async () => (await import('./commands/apply.ts')).addApply,
  plan: async () => (await import('./commands/plan.ts')).addPlan,
  validate: async () => (await import('./commands/validate.ts')).addValidate,
  test: async () => (await import('./commands/test.ts')).addTest,
  lint: async () => (await import('./commands/lint.ts')).addLint,
  fmt: async () => (await import('./commands/fmt.ts')).addFmt,
  policy: async () => (await import('./commands/policy-fetch.ts')).addPolicyFetch,
  keys: async () => (await import('./commands/keys.ts')).addKeys,
  flush: async () => (await import('./commands/flush.ts')).addFlush,
  tables: async () => (await import('./commands/tables-create.ts')).addTablesCreate,
  'session-keys': async () => (await import('./commands/session-keys.ts')).addSessionKeys,
  'saml-keys': async () => (await import('./commands/saml-keys.ts')).addSamlKeys,
  'caller-proof': async () => (await import('./commands/caller-proof.ts')).addCallerProof,
} satisfies Readonly<Record<string, LoadCommand>>;

export type CommandName = keyof typeof COMMANDS;

const isCommand = (name: string): name is CommandName => Object.hasOwn(COMMANDS, name);

/** The one that is meant, or all for help: programs wait for `stint credentials`, and need no SDK of another command. */
function chooseCommands([name = '']: readonly string[]): readonly LoadCommand[] {
  return isCommand(name) ? [COMMANDS[name]] : Object.values(COMMANDS);
}

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
  for (const load of chooseCommands(argv)) (await load())(cli);
  try {
    await program.parseAsync(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  }
  return exitCode;
}
