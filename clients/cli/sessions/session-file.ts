// The sessions file, with mode 600. It is refused when it is not this person's alone, and replaced whole, so that it is never
// half written. Without zod: a command that finds its credentials kept reads this file and little else.
import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseStrictJson } from '../../../shared/kernel/parse-strict-json.ts';
import { ok, type Result } from '../../../shared/kernel/result.ts';
import { type CommandFailure, type CommandFault, wrongUsage } from '../base/command-fault.ts';
import { systemErrorCode } from '../base/system-error.ts';
import { whyNotPrivate } from './state-folder.ts';

export interface SessionEntry {
  readonly url: string;
  /** Made at random at the sign-in: kept credentials are those of one sign-in. Sign-ins of version 0.1.0 have none. */
  readonly signIn?: string;
  /** `StoredTokens`. Absent: the tokens are in the system's keychain. */
  readonly tokens?: unknown;
}

export interface SessionFile {
  readonly format: 1;
  /** The URL of the last sign-in. */
  readonly current?: string | undefined;
  readonly sessions: readonly SessionEntry[];
}

/** It is the name of a folder, too. */
const SIGN_IN = /^[0-9a-f-]{36}$/;

const isTextOrAbsent = (value: unknown): boolean => value === undefined || typeof value === 'string';
const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

const isEntry = (value: unknown): value is SessionEntry =>
  isObject(value) &&
  typeof value['url'] === 'string' &&
  (value['signIn'] === undefined || (typeof value['signIn'] === 'string' && SIGN_IN.test(value['signIn'])));

const isSessionFile = (value: unknown): value is SessionFile =>
  isObject(value) &&
  value['format'] === 1 &&
  isTextOrAbsent(value['current']) &&
  Array.isArray(value['sessions']) &&
  value['sessions'].every(isEntry);

const EMPTY: SessionFile = { format: 1, sessions: [] };

/** Checks the open file, so that no other file can take its place between the check and the reading. */
/** Throws the errors of the operating system. The error says why the file is not used. */
export function readPrivateFile(file: string): Result<string, string> {
  const descriptor = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    const fault = whyNotPrivate(fstatSync(descriptor), 'file');
    return fault === undefined ? ok(readFileSync(descriptor, 'utf8')) : { ok: false, error: fault };
  } finally {
    closeSync(descriptor);
  }
}

/** Undefined: there is no file. Fails with why it is not used: not private, not a file, not to be read. */
export function readIfThere(file: string): Result<string | undefined, string> {
  try {
    return readPrivateFile(file);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return ok(undefined);
    return { ok: false, error: systemErrorCode(error) === 'ELOOP' ? 'is a symbolic link' : 'cannot be read' };
  }
}

/** `folder` is the state folder. */
export const sessionFileIn = (folder: string): string => join(folder, 'sessions.json');

/** No sessions when there is no file. Fails when the file is damaged, unreadable or not private. */
export function readSessionFile(file: string): Result<SessionFile, CommandFault> {
  const text = readIfThere(file);
  if (!text.ok)
    return wrongUsage(
      `${file} ${text.error}, so its sign-ins are not used. Remove it, and run stint login again`,
    );
  if (text.value === undefined) return ok(EMPTY);
  const parsed = parseStrictJson(text.value);
  return parsed.ok && isSessionFile(parsed.value) ? ok(parsed.value) : damaged(file);
}

export const damaged = (file: string): CommandFailure =>
  wrongUsage(`${file} is damaged: remove it, and run stint login again`);
