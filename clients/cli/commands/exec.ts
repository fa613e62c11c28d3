// `stint exec`: runs a program with a role's credentials in its environment and nowhere else.
import type { Command } from 'commander';
import { ok, type Result } from '../../../shared/kernel/result.ts';
import { type CommandFault, wrongUsage } from '../base/command-fault.ts';
import type { Terminal } from '../base/terminal.ts';
import { pickRole } from '../credentials/pick-role.ts';
import { takeCredentials } from '../credentials/take-credentials.ts';
import { childEnvironment, keyVariables } from '../exec/child-environment.ts';
import { type ChildEnd, runChild } from '../exec/run-child.ts';
import { serveRole } from '../exec/serve-child.ts';
import { chooseProof, type FindProof, type ProofOptions } from '../proof/find-proof.ts';
import {
  type Cli,
  DURATION_OPTION,
  formatExamples,
  ROLE_ARGUMENT,
  TOKEN_FILE_OPTION,
  URL_OPTION,
} from './command.ts';

interface ExecOptions extends ProofOptions {
  readonly agent?: boolean;
  readonly duration?: number;
}

type Program = readonly [string, ...string[]];

interface Call {
  readonly role: string | undefined;
  readonly program: Program;
}

const SEPARATOR = '--';

const HELP = `
The program gets the keys under the names that the SDKs, the aliyun CLI, Terraform and the OSS tools read. Other credentials
and tokens of this shell are kept from it. With --agent it gets an address that always gives fresh credentials, which the SDKs
read, but not the aliyun CLI. stint ends as the program does, with its exit code, or 127 where it is not there.
${formatExamples(
  'stint exec media-uploader -- ossutil ls',
  'stint exec infra --duration 3600 -- terraform apply',
  'stint exec media-uploader --agent -- node server.js',
)}`;

/** The words behind the first `--` are the program's, whatever they look like. */
function readCall(args: readonly string[], words: Cli['argv']): Result<Call, CommandFault> {
  const at = words.indexOf(SEPARATOR);
  const [command, ...rest] = at === -1 ? [] : words.slice(at + 1);
  if (command === undefined)
    return wrongUsage('which program? Write it behind --, as in stint exec ROLE -- CMD');
  const [role, ...more] = args.slice(0, args.length - rest.length - 1);
  if (more.length > 0) return wrongUsage('give one role, and the program behind --');
  return ok({ role, program: [command, ...rest] });
}

async function withKeys(
  role: string,
  { program }: Call,
  findProof: FindProof,
  { duration }: ExecOptions,
  terminal: Terminal,
): Promise<Result<ChildEnd, CommandFault>> {
  const caller = await findProof();
  if (!caller.ok) return caller;
  const vended = await takeCredentials(caller.value, { role, durationSeconds: duration });
  if (!vended.ok) return vended;
  return ok(await runChild(program, childEnvironment(terminal.env, keyVariables(vended.value)), terminal));
}

async function withAgent(
  role: string,
  { program }: Call,
  findProof: FindProof,
  terminal: Terminal,
): Promise<Result<ChildEnd, CommandFault>> {
  const served = await serveRole(role, findProof, terminal);
  if (!served.ok) return served;
  try {
    return ok(await runChild(program, childEnvironment(terminal.env, served.value.variables), terminal));
  } finally {
    await served.value.close();
  }
}

async function exec(
  args: readonly string[],
  options: ExecOptions,
  { argv, terminal }: Cli,
): Promise<Result<ChildEnd, CommandFault>> {
  const call = readCall(args, argv);
  if (!call.ok) return call;
  if (options.agent && options.duration !== undefined)
    return wrongUsage('--duration is for keys: --agent takes new ones before they end');
  const findProof = chooseProof(options, terminal);
  const role = await nameRole(call.value, findProof, terminal);
  if (!role.ok) return role;
  return options.agent === true
    ? withAgent(role.value, call.value, findProof, terminal)
    : withKeys(role.value, call.value, findProof, options, terminal);
}

async function nameRole(
  { role }: Call,
  findProof: FindProof,
  terminal: Terminal,
): Promise<Result<string, CommandFault>> {
  if (role !== undefined) return ok(role);
  const caller = await findProof();
  return caller.ok ? pickRole(undefined, caller.value, terminal) : caller;
}

/** A shell tells a program that a signal ended from one that ended by itself, so this process ends as the program did. */
function endAs({ exitCode, signal }: ChildEnd, cli: Cli): void {
  cli.finish(exitCode);
  if (signal !== undefined) process.kill(process.pid, signal);
}

export function addExec(cli: Cli): void {
  const { program, terminal } = cli;
  program
    .command('exec')
    .description('run a program with the credentials of a role')
    .usage('[options] [role] -- <program> [arguments...]')
    .argument(...ROLE_ARGUMENT)
    .argument('[program...]', 'the program and its arguments, behind --')
    .option('--agent', 'for programs that run long: give it an address with credentials that are renewed')
    .option(...DURATION_OPTION)
    .option(...URL_OPTION)
    .option(...TOKEN_FILE_OPTION)
    .addHelpText('after', HELP)
    .action(async (_role: unknown, _program: unknown, options: ExecOptions, command: Command) => {
      const ended = await exec(command.args, options, cli);
      if (ended.ok) return endAs(ended.value, cli);
      terminal.note(ended.error.message);
      cli.finish(ended.error.exitCode);
    });
}
