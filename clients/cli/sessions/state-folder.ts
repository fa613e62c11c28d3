// The folder where this machine keeps sign-ins: this person's alone. A folder that others can change would let them put
// their file in place of ours.
import { lstatSync, mkdirSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { ok, type Result } from '../../../shared/kernel/result.ts';
import { type CommandFault, wrongUsage } from '../base/command-fault.ts';
import type { Terminal } from '../base/terminal.ts';
import { whyNotPrivate } from './why-not-private.ts';

const OWNER_ONLY = 0o700;

/** XDG Base Directory Specification: a relative path is ignored. */
const absolute = (path: string | undefined): string | undefined =>
  path !== undefined && isAbsolute(path) ? path : undefined;

function findFolder(env: Terminal['env'], platform: NodeJS.Platform): string | undefined {
  const home = absolute(env['HOME']);
  const base =
    platform === 'win32'
      ? absolute(env['LOCALAPPDATA'])
      : (absolute(env['XDG_STATE_HOME']) ?? (home && join(home, '.local', 'state')));
  return base && join(base, 'stint');
}

/** Makes it when it is not there. */
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
