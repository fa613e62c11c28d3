// The folder where this machine keeps sign-ins. It must be this person's alone: others who can change it could put a file
// of theirs in place of the sessions file.
import { lstatSync, mkdirSync, type Stats } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { ok, type Result } from '../../../shared/kernel/result.ts';
import { type CommandFault, wrongUsage } from '../base/command-fault.ts';
import type { Terminal } from '../base/terminal.ts';

const OWNER_ONLY = 0o700;
/** The mode bits of the group and of others. */
const OTHERS = 0o077;

/** The folder's path. Makes the folder when it is missing; fails when it is not private or cannot be made. */
export function openStateFolder(
  env: Terminal['env'],
  platform: NodeJS.Platform = process.platform,
): Result<string, CommandFault> {
  const folder = findFolder(env, platform);
  if (folder === undefined)
    return wrongUsage(
      `there is no place to keep a sign-in: set ${platform === 'win32' ? 'LOCALAPPDATA' : 'HOME or XDG_STATE_HOME'}`,
    );
  try {
    mkdirSync(folder, { recursive: true, mode: OWNER_ONLY });
    const fault = whyNotPrivate(lstatSync(folder), 'folder');
    return fault === undefined
      ? ok(folder)
      : wrongUsage(`${folder} ${fault}: sign-ins are kept there. Correct it (chmod 700), or remove it`);
  } catch {
    return wrongUsage(`${folder} cannot be made or read: sign-ins are kept there`);
  }
}

function findFolder(env: Terminal['env'], platform: NodeJS.Platform): string | undefined {
  const home = absolute(env['HOME']);
  const base =
    platform === 'win32'
      ? absolute(env['LOCALAPPDATA'])
      : (absolute(env['XDG_STATE_HOME']) ?? (home && join(home, '.local', 'state')));
  return base && join(base, 'stint');
}

/** XDG Base Directory Specification: a relative path is ignored. */
const absolute = (path: string | undefined): string | undefined =>
  path !== undefined && isAbsolute(path) ? path : undefined;

/**
 * Why a file or folder is not this person's alone, or undefined. Owner and mode tell, except on Windows, where the access
 * list of the profile keeps others out.
 */
export function whyNotPrivate(stats: Stats, kind: 'file' | 'folder'): string | undefined {
  if (stats.isSymbolicLink()) return 'is a symbolic link';
  if (!(kind === 'file' ? stats.isFile() : stats.isDirectory())) return `is no ${kind}`;
  const self = process.getuid?.();
  if (self === undefined) return undefined;
  if (stats.uid !== self) return 'belongs to somebody else';
  return (stats.mode & OTHERS) === 0 ? undefined : 'can be read or changed by others';
}
