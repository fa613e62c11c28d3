// Changes a file of profiles that other programs own: shows the change, asks, and writes the file whole or not at all. It has the
// mode, the owners and the place behind a link that it had. What another program saves in between is never lost: the change is
// then made anew.
import { lstatSync, mkdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ok, type Result } from '../../../shared/kernel/result.ts';
import { showable } from '../../../shared/kernel/showable.ts';
import { type CommandFault, serviceFailed, wrongUsage } from '../base/command-fault.ts';
import { confirm } from '../base/confirm.ts';
import { withLock } from '../base/file-lock.ts';
import { replacePrivateFile } from '../base/replace-file.ts';
import { systemErrorCode } from '../base/system-error.ts';
import type { Terminal } from '../base/terminal.ts';
import { diffLines } from './line-diff.ts';
import type { EditText } from './profile-file.ts';
import { replaceWatched } from './replace-watched.ts';

export interface FileChange {
  /** Absolute. */
  readonly path: string;
  readonly edit: EditText;
  /** Hides values that no terminal should show: the files hold keys of other profiles. */
  readonly mask: (line: string) => string;
  /** The change itself is secret: others may not read the file. */
  readonly isSecret?: boolean;
}

export interface ChangeOptions {
  readonly yes?: boolean;
  readonly dryRun?: boolean;
}

export type ChangeOutcome = 'written' | 'unchanged' | 'shown';

/** Larger than any file that a person or a client writes there. */
const MAX_BYTES = 1_048_576;
/** Each time, another program has changed the file in the moments between. */
const MAX_TRIES = 50;
const LOOK_AGAIN_MS = 50;
/** For a file that stays empty: half a second. */
const MAX_LOOKS = 10;
const OWNER_ONLY_FOLDER = 0o700;
/** The mode bits of the group and of others. */
const OTHERS = 0o077;

interface Snapshot {
  /** Behind links. */
  readonly file: string;
  /** Undefined where there is no file. */
  readonly text: string | undefined;
}

/** The place of the first bytes that are no UTF-8. */
function lineOfWrongBytes(bytes: Uint8Array): number {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let line = 1;
  for (let start = 0; start < bytes.length; line += 1) {
    const end = bytes.indexOf(0x0a, start);
    const stop = end < 0 ? bytes.length : end + 1;
    try {
      decoder.decode(bytes.subarray(start, stop));
    } catch {
      return line;
    }
    start = stop;
  }
  return line;
}

function decode(shown: string, bytes: Uint8Array): Result<string, CommandFault> {
  try {
    return ok(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    return wrongUsage(`${shown}:${lineOfWrongBytes(bytes)}: no UTF-8: save the file as UTF-8 first`);
  }
}

function readExisting(shown: string, file: string, isSecret: boolean): Result<Snapshot, CommandFault> {
  const stats = statSync(file);
  if (!stats.isFile()) return wrongUsage(`${shown} is no file`);
  if (stats.size > MAX_BYTES) return wrongUsage(`${shown} is too large for a file of profiles`);
  if (isSecret && process.platform !== 'win32' && (stats.mode & OTHERS) !== 0)
    return wrongUsage(
      `${shown} can be read or changed by others, and is to hold a secret: chmod 600 it first`,
    );
  const text = decode(shown, readFileSync(file));
  return text.ok ? ok({ file, text: text.value }) : text;
}

function takeSnapshot({ path, isSecret = false }: FileChange): Result<Snapshot, CommandFault> {
  const shown = showable(path);
  try {
    if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return ok({ file: path, text: undefined });
    return readExisting(shown, realpathSync(path), isSecret);
  } catch (error) {
    return systemErrorCode(error) === 'ENOENT'
      ? wrongUsage(`${shown} is a link to a file that is not there: make the file, or remove the link`)
      : wrongUsage(`${shown} cannot be read: check the permissions`);
  }
}

/**
 * Other programs empty their file before they write it, so one that is empty or cannot be read may be whole in a moment. Taken
 * for an empty one, it would lose all that it had.
 */
async function takeWholeSnapshot(change: FileChange): Promise<Result<Snapshot, CommandFault>> {
  let now = takeSnapshot(change);
  for (let looks = 0; looks < MAX_LOOKS; looks += 1) {
    const text = now.ok ? now.value.text : undefined;
    if (text === undefined || (text !== '' && change.edit(text).ok)) return now;
    await pause(LOOK_AGAIN_MS);
    const next = takeSnapshot(change);
    if (text !== '' && next.ok && next.value.text === text) return next;
    now = next;
  }
  return now;
}

/** False where another program has changed the file. */
async function write(
  { path, edit }: FileChange,
  { file, text: before }: Snapshot,
  text: string,
): Promise<Result<boolean, CommandFault>> {
  try {
    if (before !== undefined)
      return ok(await replaceWatched({ file, before, text, isWhole: (other) => edit(other).ok }));
    replacePrivateFile(file, text);
    return ok(true);
  } catch {
    return wrongUsage(
      `${showable(path)} cannot be written, and is as it was: check its owner, its mode, its folder, and the free space`,
    );
  }
}

/** False where the file is not any more as `before` says. */
async function writeUnderLock(
  change: FileChange,
  before: Snapshot,
  text: string,
): Promise<Result<boolean, CommandFault>> {
  const folder = dirname(before.file);
  try {
    mkdirSync(folder, { recursive: true, mode: OWNER_ONLY_FOLDER });
  } catch {
    return wrongUsage(`${showable(folder)} cannot be made`);
  }
  return withLock(
    `${before.file}.lock`,
    async () => {
      const now = takeSnapshot(change);
      if (!now.ok) return now;
      if (now.value.file !== before.file || now.value.text !== before.text) return ok(false);
      return write(change, before, text);
    },
    { what: showable(change.path) },
  );
}

function showChange({ path, mask }: FileChange, before: Snapshot, text: string, { note }: Terminal): void {
  note(`${showable(path)}${before.text === undefined ? ' (a new file)' : ''}:`);
  for (const { sign, number, text: line } of diffLines(before.text ?? '', text))
    note(
      `${sign} ${String(number).padStart(4)}  ${showable(mask(line).replaceAll('\t', '    ').replace(/\r$/, ''))}`,
    );
}

export async function changeFile(
  change: FileChange,
  options: ChangeOptions,
  terminal: Terminal,
): Promise<Result<ChangeOutcome, CommandFault>> {
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const before = await takeWholeSnapshot(change);
    if (!before.ok) return before;
    const edited = change.edit(before.value.text);
    if (!edited.ok)
      return wrongUsage(`${showable(change.path)}:${edited.error.line}: ${edited.error.message}`);
    if (edited.value === (before.value.text ?? '')) return ok('unchanged');
    showChange(change, before.value, edited.value, terminal);
    if (options.dryRun) return ok('shown');
    const agreed = await confirm('Type yes to write it: ', options, terminal);
    if (!agreed.ok) return agreed;
    const written = await writeUnderLock(change, before.value, edited.value);
    if (!written.ok) return written;
    if (written.value) return ok('written');
    terminal.note('Another program changed the file at this moment. Anew:');
  }
  return serviceFailed(`${showable(change.path)} is changed by other programs all the time: run this again`);
}
