// The bundle as a V8 script with its code cache. Shared by the start file and the step that writes the cache.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { constants, Script } from 'node:vm';

const BUNDLE_FILE = 'bundle.js';

/** V8 takes a cache only from the same version of itself, so its name says which one it is for. */
export const codeCacheFile = (folder: string): string =>
  join(folder, `bundle-v8-${process.versions.v8}-${process.arch}.cache`);

/** The bundle is one function expression, see scripts/build.ts: what Node.js wraps around a CommonJS module. */
export function compileBundle(folder: string, cachedData: Buffer | undefined): Script {
  const filename = join(folder, BUNDLE_FILE);
  return new Script(readFileSync(filename, 'latin1'), {
    filename,
    ...(cachedData === undefined ? {} : { cachedData }),
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
}

export function runBundle(script: Script, folder: string): void {
  script.runInThisContext()({}, require, { exports: {} }, join(folder, BUNDLE_FILE), folder);
}
