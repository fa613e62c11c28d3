// The sessions file, with mode 600. It is refused when it is not this person's alone, and replaced whole, so that it is never
// half written.
import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import * as z from 'zod';
import { readJson } from '../../../shared/kernel/read-json.ts';
import { ok, type Result } from '../../../shared/kernel/result.ts';
import { type CommandFault, wrongUsage } from '../base/command-fault.ts';
import { replacePrivateFile } from '../base/replace-file.ts';
import { systemErrorCode } from '../base/system-error.ts';
import { StoredTokens } from './deployment-session.ts';
import { whyNotPrivate } from './state-folder.ts';

const Entry = z.strictObject({
  url: z.string(),
  /** Absent: the tokens are in the system's keychain. */
  tokens: StoredTokens.optional(),
});

const SessionFile = z.strictObject({
  format: z.literal(1),
  /** The URL of the last sign-in. */
  current: z.string().optional(),
  sessions: z.array(Entry).readonly(),
});
export type SessionFile = z.infer<typeof SessionFile>;

const EMPTY: SessionFile = { format: 1, sessions: [] };

/** Checks the open file, so that no other file can take its place between the check and the reading. */
function readPrivate(file: string): Result<string, string> {
  const descriptor = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    const fault = whyNotPrivate(fstatSync(descriptor), 'file');
    return fault === undefined ? ok(readFileSync(descriptor, 'utf8')) : { ok: false, error: fault };
  } finally {
    closeSync(descriptor);
  }
}

function readIfThere(file: string): Result<string | undefined, string> {
  try {
    return readPrivate(file);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return ok(undefined);
    return { ok: false, error: systemErrorCode(error) === 'ELOOP' ? 'is a symbolic link' : 'cannot be read' };
  }
}

/** No sessions when there is no file. Fails when the file is damaged, unreadable or not private. */
export function readSessionFile(file: string): Result<SessionFile, CommandFault> {
  const text = readIfThere(file);
  if (!text.ok)
    return wrongUsage(
      `${file} ${text.error}, so its sign-ins are not used. Remove it, and run stint login again`,
    );
  if (text.value === undefined) return ok(EMPTY);
  const parsed = readJson(SessionFile, text.value);
  return parsed ? ok(parsed) : wrongUsage(`${file} is damaged: remove it, and run stint login again`);
}

export function writeSessionFile(file: string, content: SessionFile): Result<void, CommandFault> {
  try {
    replacePrivateFile(file, `${JSON.stringify(content)}\n`);
    return ok(undefined);
  } catch {
    return wrongUsage(
      `${file} cannot be written: make room or correct its folder, and run stint login again`,
    );
  }
}
