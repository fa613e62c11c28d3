// The whole program of the installed package, which installed.ts starts. It keeps the code that V8 compiled, where Node.js can
// (22.1 and newer), so that later starts compile next to nothing. The rest of the program is loaded after that.
import { lstatSync, mkdirSync } from 'node:fs';
import * as nodeModule from 'node:module';
import { dirname, isAbsolute, join } from 'node:path';

const OWNER_ONLY = 0o700;
/** The mode bits that let the group and others write. */
const WRITABLE = 0o022;

/** XDG Base Directory Specification: a relative path is ignored. */
const absolute = (path: string | undefined): string | undefined =>
  path !== undefined && isAbsolute(path) ? path : undefined;

/** Node.js 20 has no such function, and its types neither. */
const { enableCompileCache } = nodeModule as typeof nodeModule & {
  readonly enableCompileCache?: (folder: string) => unknown;
};

function cacheFolder({ LOCALAPPDATA, XDG_CACHE_HOME, HOME }: NodeJS.ProcessEnv): string | undefined {
  const home = absolute(HOME);
  const base =
    process.platform === 'win32'
      ? absolute(LOCALAPPDATA)
      : (absolute(XDG_CACHE_HOME) ?? (home && join(home, '.cache')));
  return base && join(base, 'stint', 'compiled');
}

function isOurs(folder: string): boolean {
  const stats = lstatSync(folder);
  const isOwn = process.getuid === undefined || stats.uid === process.getuid();
  return stats.isDirectory() && isOwn && (stats.mode & WRITABLE) === 0;
}

/**
 * Node.js runs what the cache holds, so the folder has to be this person's alone. Node.js's own choice would be a folder
 * for temporary files, where others can be first.
 */
function keepCompiledCode(): void {
  const folder = cacheFolder(process.env);
  if (folder === undefined || enableCompileCache === undefined) return;
  try {
    mkdirSync(folder, { recursive: true, mode: OWNER_ONLY });
    // Who can write to the outer folder can put another one in the place of the inner one.
    if ([dirname(folder), folder].every(isOurs)) enableCompileCache(folder);
  } catch {
    // Without the folder it is compiled each time.
  }
}

keepCompiledCode();
const { start } = await import('./main.ts');
process.exitCode = await start(process.argv.slice(2));
