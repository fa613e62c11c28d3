// Writes what credential-cache.ts reads. Call these while the sessions are open, so that two commands do not write at once and
// the sign-in does not end meanwhile.
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { replacePrivateFile } from '../base/replace-file.ts';
import type { Terminal, TerminalContext } from '../base/terminal.ts';
import {
  cacheFileName,
  cacheFileOf,
  cacheFolders,
  isCacheFileName,
  isFresh,
  isUnexpired,
  readCache,
  type TakenCredentials,
  type WantedRole,
} from './credential-cache.ts';
import type { SessionEntry } from './session-file.ts';

/** Drops those that have expired. On a full disk nothing is kept: the next command takes new ones. */
export function keepCredentials(
  entry: SessionEntry,
  { role, durationSeconds }: WantedRole,
  { accessKeyId, accessKeySecret, securityToken, expiration, takenAt }: TakenCredentials,
  terminal: TerminalContext,
): void {
  const file = cacheFileOf(entry, terminal);
  const added = {
    ...{ role, accessKeyId, accessKeySecret, securityToken, expiration, takenAt: takenAt.toISOString() },
    ...(durationSeconds === undefined ? {} : { durationSeconds }),
  };
  if (file === undefined || !isFresh(added, Date.now())) return;
  const others = readCache(file, isUnexpired).filter(
    (kept) => kept.role !== role || kept.durationSeconds !== durationSeconds,
  );
  try {
    replacePrivateFile(file, `${JSON.stringify([...others, added])}\n`);
  } catch {
    // See above.
  }
}

/** Goes on after a file that cannot be removed. False where there is one, or the folder cannot be read. */
function removeOthers(folder: string, kept: ReadonlySet<string | undefined>): boolean {
  let areGone = true;
  try {
    for (const name of readdirSync(folder).filter((file) => isCacheFileName(file) && !kept.has(file)))
      try {
        rmSync(join(folder, name), { force: true });
      } catch {
        areGone = false;
      }
  } catch {
    return false;
  }
  return areGone;
}

/**
 * Removes the credentials of every sign-in but `entries`: of one that ends, and of one whose entry was lost. Says so where it cannot:
 * the sign-in ends all the same.
 */
export function forgetOtherCredentials(entries: readonly SessionEntry[], terminal: Terminal): void {
  const kept = new Set(entries.map(({ signIn }) => signIn && cacheFileName(signIn)));
  for (const folder of cacheFolders(terminal).filter((each) => !removeOthers(each, kept)))
    terminal.note(
      `Kept credentials could not be removed: remove ${join(folder, cacheFileName('*'))}, or they work until they expire.`,
    );
}
