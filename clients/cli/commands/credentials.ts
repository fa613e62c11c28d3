// `stint credentials`: takes a role, and prints its credentials for a shell, a file or a program.
import { type Command, Option } from 'commander';
import { ok, type Result } from '../../../shared/kernel/result.ts';
import { showable } from '../../../shared/kernel/showable.ts';
import { type CommandFault, EXIT, wrongUsage } from '../base/command-fault.ts';
import type { Terminal, TerminalContext } from '../base/terminal.ts';
import type { ApiCaller } from '../credentials/call-api.ts';
import {
  formatOutput,
  isForPrograms,
  OUTPUT_FORMATS,
  type OutputFormat,
} from '../credentials/format-output.ts';
import { chooseProof, isProvedBySignIn, type ProofOptions } from '../proof/find-proof.ts';
import {
  isUnexpired,
  recallCredentials,
  type TakenCredentials,
  type WantedRole,
} from '../sessions/credential-cache.ts';
import {
  type Cli,
  DURATION_OPTION,
  finishWith,
  formatExamples,
  ROLE_ARGUMENT,
  TOKEN_FILE_OPTION,
  URL_OPTION,
} from './command.ts';

interface CredentialsOptions extends ProofOptions {
  readonly format: OutputFormat;
  /** In seconds. */
  readonly duration?: number;
  /** False: an earlier run's credentials do not count. */
  readonly cache: boolean;
  readonly region?: string;
}

const HELP = `${formatExamples(
  'eval "$(stint credentials media-uploader)"',
  'stint credentials media-uploader --format powershell | Invoke-Expression',
  'stint credentials media-uploader --format env --duration 900 > .env',
  'aliyun configure set --profile media --mode External --region cn-hangzhou \\',
  "  --process-command 'stint credentials media-uploader --format credential-process'",
)}

--format aliyun prints an aliyun command for a profile with these credentials; a profile of mode External gets new ones
by itself.`;

/** The aliyun CLI refuses a profile without a region. */
function chooseRegion(
  { format, region }: CredentialsOptions,
  { env }: TerminalContext,
): Result<string, CommandFault> {
  const chosen = region ?? env['ALIBABA_CLOUD_REGION_ID'] ?? '';
  return chosen === '' && format === 'aliyun'
    ? wrongUsage('which region? Give --region, such as cn-hangzhou, or set ALIBABA_CLOUD_REGION_ID')
    : ok(chosen);
}

interface PrintedRole {
  readonly role: string;
  readonly credentials: TakenCredentials;
}

/** Undefined where an earlier run has kept none, and where a token proves another identity than the sign-in's. */
export function recallForPrinting(
  role: string | undefined,
  options: CredentialsOptions,
  context: TerminalContext,
  counts?: typeof isUnexpired,
): PrintedRole | undefined {
  const { cache, duration: durationSeconds } = options;
  if (role === undefined || !cache || !isProvedBySignIn(options, context)) return undefined;
  const credentials = recallCredentials({ role, durationSeconds }, options, context, counts);
  return credentials && { role, credentials };
}

/**
 * Gives the credentials that an earlier run kept, else new ones, which need the network and code that takes a while to load. A
 * service that fails is no reason to refuse what still works; a deployment that refuses is.
 * `named` is the role; undefined: the person at the terminal picks one.
 */
async function takeForPrinting(
  named: string | undefined,
  options: CredentialsOptions,
  terminal: Terminal,
): Promise<Result<PrintedRole, CommandFault>> {
  const fresh = recallForPrinting(named, options, terminal);
  if (fresh !== undefined) return ok(fresh);
  const taken = await askForPrinting(named, options, terminal);
  if (taken.ok || taken.error.exitCode !== EXIT.service) return taken;
  const kept = recallForPrinting(named, options, terminal, isUnexpired);
  if (kept === undefined) return taken;
  terminal.note(`${taken.error.message}. These are the credentials of an earlier run.`);
  return ok(kept);
}

async function askForPrinting(
  named: string | undefined,
  options: CredentialsOptions,
  terminal: Terminal,
): Promise<Result<PrintedRole, CommandFault>> {
  const durationSeconds = options.duration;
  const caller = await chooseProof(options, terminal)();
  if (!caller.ok) return caller;
  const { pickRole } = await import('../credentials/pick-role.ts');
  const role = await pickRole(named, caller.value, terminal);
  return role.ok ? takeNew(caller.value, { role: role.value, durationSeconds }, terminal) : role;
}

async function takeNew(
  caller: ApiCaller,
  wanted: WantedRole,
  terminal: Terminal,
): Promise<Result<PrintedRole, CommandFault>> {
  const { takeCredentials } = await import('../credentials/take-credentials.ts');
  const takenAt = new Date();
  const vended = await takeCredentials(caller, wanted);
  if (!vended.ok) return vended;
  const credentials = { ...vended.value, takenAt };
  if (caller.signIn !== undefined) await keepForNextRun(caller, wanted, credentials, terminal);
  return ok({ role: wanted.role, credentials });
}

/** A failure is no reason to keep the credentials from the person: the next run takes new ones. */
async function keepForNextRun(
  { url, signIn }: ApiCaller,
  wanted: WantedRole,
  taken: TakenCredentials,
  terminal: Terminal,
): Promise<void> {
  const { withSessions } = await import('../sessions/session-book.ts');
  await withSessions(terminal, async (book) => ok(book.keepTaken({ url, signIn }, wanted, taken)));
}

interface Texts {
  readonly out: string;
  /** For people; undefined in formats that programs read. */
  readonly note: string | undefined;
}

/** Fails where the format needs a region, and none is given. */
export function formatTaken(
  { role, credentials }: PrintedRole,
  options: CredentialsOptions,
  context: TerminalContext,
): Result<Texts, CommandFault> {
  const region = chooseRegion(options, context);
  if (!region.ok) return region;
  const { format } = options;
  const until = `These credentials work until ${showable(credentials.expiration)}.`;
  return ok({
    out: formatOutput(credentials, format, { role, region: region.value }),
    note: isForPrograms(format) ? undefined : until,
  });
}

async function printCredentials(
  named: string | undefined,
  options: CredentialsOptions,
  terminal: Terminal,
): Promise<Result<void, CommandFault>> {
  // Before the network: a mistake in the command line costs no session of STS.
  const region = chooseRegion(options, terminal);
  if (!region.ok) return region;
  const taken = await takeForPrinting(named, options, terminal);
  if (!taken.ok) return taken;
  const texts = formatTaken(taken.value, options, terminal);
  if (!texts.ok) return texts;
  terminal.out(texts.value.out);
  if (texts.value.note !== undefined) terminal.note(texts.value.note);
  return ok(undefined);
}

interface CredentialsCommand {
  action(work: (role: string | undefined, options: CredentialsOptions) => unknown): unknown;
}

/** The command line alone, which the start of the installed package reads too. */
export const defineCredentials = (program: Command): CredentialsCommand =>
  program
    .command('credentials')
    .description('take a role and print its credentials')
    .argument(...ROLE_ARGUMENT)
    .addOption(
      new Option('--format <format>', 'the format of the output').choices(OUTPUT_FORMATS).default('shell'),
    )
    .option(...DURATION_OPTION)
    .option('--region <region>', 'the region of the aliyun profile (default: ALIBABA_CLOUD_REGION_ID)')
    .option('--no-cache', 'take new credentials, even if those of an earlier run are fresh')
    .option(...URL_OPTION)
    .option(...TOKEN_FILE_OPTION)
    .addHelpText('after', HELP);

export const addCredentials = (cli: Cli): void =>
  void defineCredentials(cli.program).action((role, options) =>
    finishWith(cli, printCredentials(role, options, cli.terminal)),
  );
