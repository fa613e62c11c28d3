// The project's own files, by path from the root.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** What is deployed, installed or run by people; tests are held to fewer rules. */
export const SOURCE_FOLDERS = ['functions', 'shared', 'clients', 'local', 'scripts'] as const;

/** Path → text. */
export type Sources = ReadonlyMap<string, string>;

const IS_SOURCE = /\.(?:m?[jt]s|tsx)$/;

function listFiles(folder: string): readonly string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : listFiles(path);
    return IS_SOURCE.test(entry.name) ? [path] : [];
  });
}

export function readSources(folders: readonly string[]): Sources {
  const paths = folders.flatMap(listFiles).sort();
  return new Map(paths.map((path) => [path, readFileSync(join(ROOT, path), 'utf8')]));
}
