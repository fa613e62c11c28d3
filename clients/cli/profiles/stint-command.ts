// The command line by which a stock client starts `stint credentials`. Clients split it into words as a POSIX shell does (the
// aliyun CLI, the SDKs and boto3 without a shell, other AWS SDKs with one), or as Windows does. Paths are absolute: a client
// runs in any folder and with any PATH.
import { accessSync, constants } from 'node:fs';
import { posix, resolve, win32 } from 'node:path';
import { ok, type Result } from '../../../shared/kernel/result.ts';
import { inShell } from '../../../shared/people/credential-formats.ts';
import { type CommandFault, wrongUsage } from '../base/command-fault.ts';

/** Words that every client takes as they are, also those that know no quotes. */
const PLAIN = /^[A-Za-z0-9_@+=:,./-]+$/;
const PLAIN_ON_WINDOWS = /^[A-Za-z0-9_@+=:,./\\~-]+$/;
/** Would end a line of a file, or steer a terminal that shows it. */
const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}]/u;
/** In double quotes, cmd.exe replaces `%NAME%`, and nothing quotes a quote for every client. */
const NOT_ON_WINDOWS = /["%]/;
/** Behind a space, these begin a comment in the files of AWS, for some of its SDKs even in quotes. */
const COMMENT = /\s[#;]/;

/** How this `stint` is started, in words. */
export interface StintProgram {
  readonly words: readonly string[];
  readonly platform: NodeJS.Platform;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * The script by its own path where the system can start it: npm's link to it stays when Node.js is updated, the path of Node.js
 * itself often does not. Windows starts no script.
 */
export function findStintProgram(): StintProgram {
  const { platform, execPath, argv } = process;
  const script = resolve(argv[1] ?? '');
  return { platform, words: platform !== 'win32' && isExecutable(script) ? [script] : [execPath, script] };
}

function quote(word: string, platform: NodeJS.Platform): string | undefined {
  if (UNPRINTABLE.test(word) || COMMENT.test(word)) return undefined;
  if (platform !== 'win32') return PLAIN.test(word) ? word : inShell(word);
  if (NOT_ON_WINDOWS.test(word)) return undefined;
  return PLAIN_ON_WINDOWS.test(word) ? word : `"${word}"`;
}

export interface ProfileSource {
  readonly program: StintProgram;
  /** Of the deployment, so that a later sign-in elsewhere does not change what a profile is. */
  readonly url: string;
  /** Absolute. */
  readonly tokenFile: string | undefined;
}

export type ProcessFormat = 'credential-process' | 'aws-process';

/** Fails where a path has characters that cannot be written so that every client reads the same. */
export function formatStintCommand(
  { program, url, tokenFile }: ProfileSource,
  role: string,
  format: ProcessFormat,
): Result<string, CommandFault> {
  const token = tokenFile === undefined ? [] : ['--token-file', tokenFile];
  const words = [...program.words, 'credentials', role, '--format', format, '--url', url, ...token];
  const quoted = words.map((word) => quote(word, program.platform));
  const { isAbsolute } = program.platform === 'win32' ? win32 : posix;
  if (quoted.includes(undefined) || !isAbsolute(program.words[0] ?? ''))
    return wrongUsage(
      'the path of stint or of the token file has characters that no profile can name: install or put it elsewhere',
    );
  return ok(quoted.join(' '));
}

const OWN = /\bcredentials [a-z0-9-]{1,63} --format (?:credential-process|aws-process) --url \S/;

/** Whether `formatStintCommand` wrote it, of any version of stint and at any path. */
export const isStintCommand = (command: string): boolean => OWN.test(command);
