// One local cloud to a state folder: two would write the same files.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A process id may have been given to another program since; where the system tells, its command line decides. */
function isLocalCloud(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  const commandLine = `/proc/${pid}/cmdline`;
  return !existsSync(commandLine) || readFileSync(commandLine, 'utf8').includes('start.ts');
}

/** Returns the release, or the id of the process that holds the folder. */
export function lockStateDir(stateDir: string): (() => void) | number {
  // Sessions, keys and the audit trail lie inside: nobody else on this machine may look.
  mkdirSync(stateDir, { recursive: true, mode: 0o700 });
  const file = join(stateDir, 'running.pid');
  for (;;) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' });
      return () => rmSync(file, { force: true });
    } catch {
      const holder = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
      if (holder > 0 && isLocalCloud(holder)) return holder;
      rmSync(file, { force: true });
    }
  }
}
