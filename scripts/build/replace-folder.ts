// Puts a folder that was just built in the place of the earlier one.
import { chmodSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

const EVERYONE_READS = 0o755;

/** False where the move fails by one of the codes. */
function tryToMove(from: string, to: string, codes: readonly string[]): boolean {
  try {
    renameSync(from, to);
    return true;
  } catch (error) {
    if (error instanceof Error && codes.includes(String(Reflect.get(error, 'code')))) return false;
    throw error;
  }
}

/** A folder that has files is in the place. */
const IS_TAKEN = ['ENOTEMPTY', 'EEXIST'];
/** Another build took the folder away, or `old` has one already. */
const IS_GONE = ['ENOENT', ...IS_TAKEN];

/**
 * Gives `write` an empty folder beside `folder`, and then renames it to `folder`. So a local cloud that another terminal runs from
 * `folder` meets no half of a build, and two builds at the same time disturb neither.
 */
export async function replaceFolder<T>(folder: string, write: (into: string) => Promise<T>): Promise<T> {
  mkdirSync(dirname(folder), { recursive: true });
  const workplace = mkdtempSync(join(dirname(folder), `.${basename(folder)}-`));
  const [finished, old] = [join(workplace, 'new'), join(workplace, 'old')];
  try {
    mkdirSync(finished, { mode: EVERYONE_READS });
    chmodSync(finished, EVERYONE_READS); // whatever the umask is
    const written = await write(finished);
    while (!tryToMove(finished, folder, IS_TAKEN)) {
      if (tryToMove(folder, old, IS_GONE)) continue;
      rmSync(old, { recursive: true, force: true });
    }
    return written;
  } finally {
    rmSync(workplace, { recursive: true, force: true });
  }
}
