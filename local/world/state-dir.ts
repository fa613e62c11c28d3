// The folder in which the local cloud keeps its state: where it is, the lock that keeps a second local cloud out of it,
// and the note by which its own commands find the one that runs.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../..');

const RunningWorld = z.object({
  url: z.url(),
  portal: z.url(),
  /** The origin of the CloudSSO dialect. */
  cloudSso: z.url(),
  issuer: z.url(),
  audience: z.string(),
});
export type RunningWorld = z.infer<typeof RunningWorld>;

/** STINT_STATE_DIR, else `.stint` beside package.json. */
export const stateDirOf = (environment: NodeJS.ProcessEnv): string =>
  resolve(environment['STINT_STATE_DIR'] ?? join(ROOT, '.stint'));

const noteIn = (stateDir: string): string => join(stateDir, 'local.json');

/** Writes the note. */
export function writeRunningWorld(stateDir: string, world: RunningWorld): void {
  writeFileSync(noteIn(stateDir), `${JSON.stringify(world, null, 2)}\n`);
}

/** Deletes the note. */
export function clearRunningWorld(stateDir: string): void {
  rmSync(noteIn(stateDir), { force: true });
}

/** Undefined: no local cloud runs on this folder. */
export function readRunningWorld(stateDir: string): RunningWorld | undefined {
  try {
    return RunningWorld.parse(JSON.parse(readFileSync(noteIn(stateDir), 'utf8')));
  } catch {
    return undefined;
  }
}

/** The system may have given the process id to another program since; where /proc exists, the command line decides. */
function isLocalCloud(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  const commandLine = `/proc/${pid}/cmdline`;
  return !existsSync(commandLine) || readFileSync(commandLine, 'utf8').includes('start.ts');
}

/** Locks the folder for this process. Returns the function that releases it, or the id of the process that holds it. */
export function lockStateDir(stateDir: string): (() => void) | number {
  // Sessions, keys and the audit log lie inside: other users of this machine have no access.
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
