// Where the local cloud keeps everything, and the note by which its own commands find it while it runs.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../..');

const RunningWorld = z.object({
  url: z.url(),
  portal: z.url(),
  issuer: z.url(),
  audience: z.string(),
});
export type RunningWorld = z.infer<typeof RunningWorld>;

export const stateDirOf = (environment: NodeJS.ProcessEnv): string =>
  resolve(environment['STINT_STATE_DIR'] ?? join(ROOT, '.stint'));

const noteIn = (stateDir: string): string => join(stateDir, 'local.json');

export function writeRunningWorld(stateDir: string, world: RunningWorld): void {
  writeFileSync(noteIn(stateDir), `${JSON.stringify(world, null, 2)}\n`);
}

export function clearRunningWorld(stateDir: string): void {
  rmSync(noteIn(stateDir), { force: true });
}

export function readRunningWorld(stateDir: string): RunningWorld | undefined {
  try {
    return RunningWorld.parse(JSON.parse(readFileSync(noteIn(stateDir), 'utf8')));
  } catch {
    return undefined;
  }
}
