// What every command file uses: the program that it adds its command to, how a command ends, and the options and help
// texts that several commands share.
import type { Command } from 'commander';
import type { Result } from '../../../shared/kernel/result.ts';
import { type CommandFault, EXIT, type ExitCode } from '../base/command-fault.ts';
import type { Terminal } from '../base/terminal.ts';

export interface Cli {
  readonly program: Command;
  readonly terminal: Terminal;
  /** Sets the exit code of the process. */
  finish(code: ExitCode): void;
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

/** For `addHelpText('after', …)`: one example a line. */
export const formatExamples = (...examples: readonly string[]): string =>
  `\nExamples:\n${examples.map((example) => `  ${example}`).join('\n')}`;

const SETTINGS = `
Settings (environment, or the file of --env; without either, .stint/admin.env of the local cloud):
  STINT_TABLESTORE_ENDPOINT, STINT_TABLESTORE_INSTANCE, ALIBABA_CLOUD_ACCESS_KEY_ID,
  ALIBABA_CLOUD_ACCESS_KEY_SECRET, ALIBABA_CLOUD_SECURITY_TOKEN (with temporary keys),
  STINT_RAM_ENDPOINT (for pinned policies; default https://ram.aliyuncs.com)`;

/** For the commands of administrators: the examples, and the settings that the command reads. */
export const formatExamplesWithSettings = (...examples: readonly string[]): string =>
  `${formatExamples(...examples)}\n${SETTINGS}`;
