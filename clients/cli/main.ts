// The `stint` command: reads the command line and hands over to one file a command. Each command is loaded when it is
// needed: programs wait for `stint credentials`, which needs no SDK of another command.
import { Command, CommanderError } from 'commander';
import { ok } from '../../shared/kernel/result.ts';
import { EXIT } from './base/command-fault.ts';
import { systemErrorCode } from './base/system-error.ts';
import { processTerminal, type Terminal } from './base/terminal.ts';
import { useProxies } from './base/use-proxies.ts';
import type { Cli } from './commands/command.ts';
import manifest from './package.json' with { type: 'json' };

const HELP = `
Examples:
  stint login --url https://stint.example.com
  eval "$(stint credentials media-uploader)"
  stint plan access.yaml

Exit codes: 0 done, 1 the access document is wrong, a test of it fails, or stint doctor or stint role list finds an error, 2 the command line or the settings are wrong,
  3 the service failed or someone else applied meanwhile, 4 you are not signed in, or no grant gives you what you ask for;
  stint exec ends with the exit code of its program`;

type LoadCommand = () => Promise<(cli: Cli) => void>;

/** By the first word of the command, in the order of --help. */
export const COMMANDS = {
  login: async () => (await import('./commands/login.ts')).addLogin,
  logout: async () => (await import('./commands/logout.ts')).addLogout,
  whoami: async () => (await import('./commands/whoami.ts')).addWhoami,
  roles: async () => (await import('./commands/roles.ts')).addRoles,
  credentials: async () => (await import('./commands/credentials.ts')).addCredentials,
  exec: async () => (await import('./commands/exec.ts')).addExec,
  console: async () => (await import('./commands/console.ts')).addConsole,
  explain: async () => (await import('./commands/explain.ts')).addExplain,
  agent: async () => (await import('./commands/agent.ts')).addAgent,
  setup: async () => (await import('./commands/setup.ts')).addSetup,
  doctor: async () => (await import('./commands/doctor.ts')).addDoctor,
  role: async () => (await import('./commands/role.ts')).addRole,
  apply: async () => (await import('./commands/apply.ts')).addApply,
  plan: async () => (await import('./commands/plan.ts')).addPlan,
  export: async () => (await import('./commands/export.ts')).addExport,
  history: async () => (await import('./commands/history.ts')).addHistory,
  diff: async () => (await import('./commands/diff.ts')).addDiff,
  rollback: async () => (await import('./commands/rollback.ts')).addRollback,
  validate: async () => (await import('./commands/validate.ts')).addValidate,
  test: async () => (await import('./commands/test.ts')).addTest,
  lint: async () => (await import('./commands/lint.ts')).addLint,
  fmt: async () => (await import('./commands/fmt.ts')).addFmt,
  policy: async () => (await import('./commands/policy-fetch.ts')).addPolicyFetch,
  keys: async () => (await import('./commands/keys.ts')).addKeys,
  audit: async () => (await import('./commands/audit.ts')).addAudit,
  key: async () => (await import('./commands/key.ts')).addKey,
  block: async () => (await import('./commands/block.ts')).addBlockCommand,
  blocks: async () => (await import('./commands/block.ts')).addBlocks,
  unblock: async () => (await import('./commands/block.ts')).addUnblock,
  leave: async () => (await import('./commands/leave.ts')).addLeave,
  leavers: async () => (await import('./commands/leave.ts')).addLeavers,
  contain: async () => (await import('./commands/contain.ts')).addContain,
  flush: async () => (await import('./commands/flush.ts')).addFlush,
  tables: async () => (await import('./commands/tables-create.ts')).addTablesCreate,
  'session-keys': async () => (await import('./commands/session-keys.ts')).addSessionKeys,
  'saml-keys': async () => (await import('./commands/saml-keys.ts')).addSamlKeys,
  scim: async () => (await import('./commands/scim.ts')).addScim,
  secret: async () => (await import('./commands/secret.ts')).addSecret,
  completion: async () => (await import('./commands/completion.ts')).addCompletion,
  'caller-proof': async () => (await import('./commands/caller-proof.ts')).addCallerProof,
} satisfies Readonly<Record<string, LoadCommand>>;

type CommandName = keyof typeof COMMANDS;

/** These send requests to a deployment, through a proxy where one is set. No other command uses a proxy. */
const ASK_A_DEPLOYMENT: ReadonlySet<string> = new Set<CommandName>([
  'login',
  'logout',
  'whoami',
  'roles',
  'credentials',
  'exec',
  'console',
  'explain',
  'agent',
  'setup',
  'doctor',
]);

/** Runs as the program: `main`, and what changes the whole process. `argv` are the words after `stint`. */
export async function start(argv: readonly string[]): Promise<number> {
  endWithoutOutput();
  const used = ASK_A_DEPLOYMENT.has(argv[0] ?? '') ? await useProxies(process.env) : ok(undefined);
  if (used.ok) return main(argv);
  process.stderr.write(`${used.error}\n`);
  return EXIT.usage;
}

/**
 * The reader of the output may stop, as `head` does, or the disk may be full. The command ends then, as by SIGPIPE, and not
 * with the exit code of a wrong document. A closed standard error loses the messages, and ends nothing.
 */
function endWithoutOutput(): void {
  process.stdout.on('error', (error) => {
    if (systemErrorCode(error) !== 'EPIPE')
      process.stderr.write('standard output cannot be written: make room\n');
    process.exit(EXIT.service);
  });
  process.stderr.on('error', () => undefined);
}

/** Runs one command line in `terminal`, and changes nothing else of the process. */
export async function main(argv: readonly string[], terminal: Terminal = processTerminal()): Promise<number> {
  let exitCode: number = EXIT.ok;
  const loadCommands = async (words: readonly string[]): Promise<Command> => {
    const program = createProgram(terminal);
    const cli: Cli = { program, terminal, argv, loadCommands, finish };
    for (const load of chooseCommands(words)) (await load())(cli);
    return program;
  };
  const finish = (code: number): void => {
    exitCode = code;
  };
  const program = await loadCommands(argv);
  try {
    await program.parseAsync(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  }
  return exitCode;
}

const createProgram = (terminal: Terminal): Command =>
  new Command('stint')
    .description(
      'Sign in and take Alibaba Cloud roles; check, test, compare and apply the access documents that say who may take which.',
    )
    .version(manifest.version, '-V, --version', 'print the version')
    // Options after a subcommand are the subcommand's, though the command above it may have one of the same name.
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.out(withoutLineEnd(text)),
      writeErr: (text) => terminal.note(withoutLineEnd(text)),
    })
    .showHelpAfterError('Run the command with --help for examples.')
    .addHelpText('after', HELP);

const withoutLineEnd = (text: string): string => text.replace(/\n$/, '');

/** The command that the first word names; without one, all of them, for the help and for suggestions. */
function chooseCommands([name = '']: readonly string[]): readonly LoadCommand[] {
  if (name === '--version' || name === '-V') return [];
  return isCommand(name) ? [COMMANDS[name]] : Object.values(COMMANDS);
}

const isCommand = (name: string): name is CommandName => Object.hasOwn(COMMANDS, name);
