// The access documents that a command line names: files, and folders of them. In the order of their names, which is the
// order in which their grants count.
import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import { showable } from '../../../shared/kernel/showable.ts';
import type { DocumentFile } from '../../../shared/rules/compile/read-documents.ts';
import { MAX_DOCUMENT_BYTES } from '../../../shared/rules/yaml/parse-yaml.ts';
import { readTextFile } from '../base/read-text-file.ts';

/** By the name that may be shown: that of a file in a folder can be anybody's. */
interface ReadFile extends DocumentFile {
  readonly path: string;
}
type ReadFiles = readonly [ReadFile, ...ReadFile[]];

const IS_YAML = /^[^.].*\.ya?ml$/i;

/** A folder's files, not those of folders in it; a path that is no folder stands for itself. */
async function expand(path: string, folder: string): Promise<Result<readonly string[], string>> {
  try {
    const names = await readdir(resolve(folder, path));
    const files = names.filter((name) => IS_YAML.test(name)).map((name) => join(path, name));
    return files.length > 0 ? ok(files) : err(`no file in ${showable(path)} ends in .yaml or .yml`);
  } catch {
    return ok([path]);
  }
}

/** By code units: the same on every machine, whatever its language. */
const byName = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

export async function readDocumentFiles(
  paths: readonly string[],
  folder: string,
): Promise<Result<ReadFiles, string>> {
  const expanded = await Promise.all(paths.map((path) => expand(path, folder)));
  const faults = expanded.flatMap((found) => (found.ok ? [] : [found.error]));
  const names = expanded.flatMap((found) => (found.ok ? found.value : []));
  const files: ReadFile[] = [];
  const byFile = new Map(names.map((name) => [resolve(folder, name), name]));
  for (const [path, name] of [...byFile].sort(([, a], [, b]) => byName(a, b))) {
    const shown = showable(name);
    const text = await readTextFile(path, shown);
    if (text.ok) files.push({ name: shown, path, text: text.value });
    else faults.push(text.error);
  }
  const bytes = files.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0);
  if (bytes > MAX_DOCUMENT_BYTES)
    faults.push(`the documents are too large: together they have at most ${MAX_DOCUMENT_BYTES} bytes`);
  const [first, ...others] = files;
  return first && faults.length === 0 ? ok([first, ...others]) : err(faults.join('\n'));
}
