// What every command file adds to: the program, the world, and how to end.
import type { Command } from 'commander';
import type { Result } from '../../../shared/kernel/result.ts';
import type { CommandFault } from '../base/command-fault.ts';
import { EXIT, type ExitCode } from '../base/exit-code.ts';
import type { Terminal } from '../base/terminal.ts';

export interface Cli {
  readonly program: Command;
  readonly terminal: Terminal;
  finish(code: ExitCode): void;
}

/** For commands whose failures say all there is to say. */
export async function finishWith(
  { terminal, finish }: Cli,
  work: Promise<Result<void, CommandFault>>,
): Promise<void> {
  const done = await work;
  if (!done.ok) terminal.note(done.error.message);
  finish(done.ok ? EXIT.ok : done.error.exitCode);
}

export const ENV_OPTION = [
  '--env <file>',
  'read the settings from this file, and from nowhere else',
] as const;
export const OFFLINE_OPTION = [
  '--offline-policies',
  'take pinned policies as they are, without asking RAM whether they have changed',
] as const;
export const FILES_ARGUMENT = ['<file...>', 'access documents, or folders of them (*.yaml, *.yml)'] as const;
export const STRICT_OPTION = ['--strict', 'take warnings for faults'] as const;
export const URL_OPTION = [
  '--url <url>',
  'the Stint deployment (default: STINT_URL, else the one of the last sign-in)',
] as const;
export const JSON_OPTION = ['--json', 'print the result as JSON'] as const;

const SETTINGS = `
Settings (environment, or the file of --env; without either, .stint/admin.env of the local cloud):
  STINT_TABLESTORE_ENDPOINT, STINT_TABLESTORE_INSTANCE, ALIBABA_CLOUD_ACCESS_KEY_ID,
  ALIBABA_CLOUD_ACCESS_KEY_SECRET, ALIBABA_CLOUD_SECURITY_TOKEN (with temporary keys),
  STINT_RAM_ENDPOINT (for pinned policies; default https://ram.aliyuncs.com)`;

export const helpWithSettings = (examples: string): string => `\nExamples:\n${examples}\n${SETTINGS}`;
