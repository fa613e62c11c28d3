// What every command file uses: the program that it adds its command to, how a command ends, and the options and help
// texts that several commands share.
import { type Command, InvalidArgumentError } from 'commander';
import type { Result } from '../../../shared/kernel/result.ts';
import { type CommandFault, EXIT } from '../base/command-fault.ts';
import type { Terminal } from '../base/terminal.ts';

export interface Cli {
  readonly program: Command;
  readonly terminal: Terminal;
  /** The words after `stint`, as they were given. */
  readonly argv: readonly string[];
  /** The commands that a command line of these words can run, to look at. */
  loadCommands(words: readonly string[]): Promise<Command>;
  /** Sets the exit code of the process: one of `EXIT`, or that of a program that was run. */
  finish(code: number): void;
}

/** Ends a command whose only outcomes are success and a fault. */
export async function finishWith(
  { terminal, finish }: Cli,
  work: Result<void, CommandFault> | Promise<Result<void, CommandFault>>,
): Promise<void> {
  const done = await work;
  if (!done.ok) terminal.note(done.error.message);
  finish(done.ok ? EXIT.ok : done.error.exitCode);
}

export interface EnvOptions {
  readonly env?: string;
}
export const ENV_OPTION = [
  '--env <file>',
  'read the settings from this file, and from nowhere else',
] as const;
export const FILES_ARGUMENT = ['<file...>', 'access documents, or folders of them (*.yaml, *.yml)'] as const;
export const ROLE_ARGUMENT = [
  '[role]',
  'the role’s name, as stint roles shows it, or its RoleArn (default: ask at the terminal)',
] as const;
export const STRICT_OPTION = ['--strict', 'treat warnings as faults'] as const;
export const URL_OPTION = [
  '--url <url>',
  'the Stint deployment (default: STINT_URL, else the one of the last sign-in)',
] as const;
export const TOKEN_FILE_OPTION = [
  '--token-file <file>',
  'prove the identity with the token in this file; it is read for each request',
] as const;
export const JSON_OPTION = ['--json', 'print the result as JSON'] as const;

const UNIT_SECONDS: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, h: 3600, d: 86_400 };

/** Gives seconds; undefined if the text is no length of time in these units. */
export function readDuration(text: string, units = 'smhd'): number | undefined {
  const [, count, unit = ''] = new RegExp(`^([1-9][0-9]{0,5})([${units}]?)$`).exec(text) ?? [];
  return count === undefined ? undefined : Number(count) * (UNIT_SECONDS[unit] ?? 1);
}

/** How long credentials work: hours at most. Gives seconds. */
function parseDuration(text: string): number {
  const seconds = readDuration(text, 'smh');
  if (seconds === undefined)
    throw new InvalidArgumentError('Give hours, minutes or seconds, such as 1h, 45m or 900.');
  return seconds;
}

/** Gives seconds. */
export function parsePeriod(text: string): number {
  const seconds = readDuration(text);
  if (seconds === undefined)
    throw new InvalidArgumentError('Give days, hours, minutes or seconds, such as 2d, 4h, 45m or 900.');
  return seconds;
}

export const DURATION_OPTION = [
  '--duration <time>',
  'how long the credentials work: 1h, 45m or seconds (default: the longest that is granted)',
  parseDuration,
] as const;

const MAX_PORT = 65_535;

/** For an option with a whole number from `least` to `most`; `fault` says what to give. */
export const parseNumber =
  (least: number, most: number, fault: string) =>
  (text: string): number => {
    const number = /^[0-9]{1,10}$/.test(text) ? Number(text) : Number.NaN;
    if (number >= least && number <= most) return number;
    throw new InvalidArgumentError(fault);
  };

/** `least` is 0 where the system may choose the port. */
export const parsePortFrom = (least: 0 | 1) => parseNumber(least, MAX_PORT, 'Give the number of a port.');

/** For `addHelpText('after', …)`: one example a line. */
export const formatExamples = (...examples: readonly string[]): string =>
  `\nExamples:\n${examples.map((example) => `  ${example}`).join('\n')}`;

const SETTINGS = `
Settings (environment, or the file of --env; without either, .stint/admin.env of the local cloud):
  STINT_TABLESTORE_ENDPOINT, STINT_TABLESTORE_INSTANCE, ALIBABA_CLOUD_ACCESS_KEY_ID,
  ALIBABA_CLOUD_ACCESS_KEY_SECRET, ALIBABA_CLOUD_SECURITY_TOKEN (with temporary keys),
  STINT_RAM_ENDPOINT (for pinned policies; default https://ram.aliyuncs.com)`;

const AUDITOR_SETTINGS = `
Settings (environment, or the file of --env; without either, .stint/auditor.env of the local cloud):
  STINT_TABLESTORE_ENDPOINT, STINT_TABLESTORE_INSTANCE, ALIBABA_CLOUD_ACCESS_KEY_ID,
  ALIBABA_CLOUD_ACCESS_KEY_SECRET, ALIBABA_CLOUD_SECURITY_TOKEN (with temporary keys),
  STINT_ACTIONTRAIL_ENDPOINT (for the events of a key; default: in the region of Tablestore).
  The key needs clients/cli/ram/auditor-policy.json.`;

/** For the commands of auditors. */
export const formatAuditorExamples = (...examples: readonly string[]): string =>
  `${formatExamples(...examples)}\n${AUDITOR_SETTINGS}`;

/** For the commands of administrators: the examples, and the settings that the command reads. */
export const formatExamplesWithSettings = (...examples: readonly string[]): string =>
  `${formatExamples(...examples)}\n${SETTINGS}`;
