// The access documents that a command line names: files, and the files of folders. They are taken in the order of their
// names, which is the order in which their grants count.
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import { showable } from '../../../shared/kernel/showable.ts';
import type { DocumentFile } from '../../../shared/rules/compile/read-documents.ts';
import { MAX_DOCUMENT_BYTES } from '../../../shared/rules/yaml/parse-yaml.ts';
import { type CommandFault, wrongUsage } from '../base/command-fault.ts';

/** `name` is safe to print; the name of a file in a folder may hold control characters. `path` is absolute. */
export interface ReadFile extends DocumentFile {
  readonly path: string;
}
export type ReadFiles = readonly [ReadFile, ...ReadFile[]];

const IS_YAML = /^[^.].*\.ya?ml$/i;

/** The YAML files of a folder, without those of its subfolders; of a path that is no folder, the path itself. */
async function expand(path: string, folder: string): Promise<Result<readonly string[], string>> {
  try {
    const names = await readdir(resolve(folder, path));
    const files = names.filter((name) => IS_YAML.test(name)).map((name) => join(path, name));
    return files.length > 0 ? ok(files) : err(`no file in ${showable(path)} ends in .yaml or .yml`);
  } catch {
    return ok([path]);
  }
}

/** By code units, so that the order is the same on every machine, whatever its language. */
const byName = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/**
 * One file as text. Bytes that are not UTF-8 are refused, since replacement characters could make two names equal.
 * `shownAs` names the file in messages.
 */
export async function readTextFile(path: string, shownAs: string): Promise<Result<string, string>> {
  try {
    const { size } = await stat(path);
    if (size > MAX_DOCUMENT_BYTES)
      return err(`${shownAs} is too large: an access document has at most ${MAX_DOCUMENT_BYTES} bytes`);
    return ok(new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path)));
  } catch (error) {
    return error instanceof TypeError
      ? err(`${shownAs} is not UTF-8 text: save it as UTF-8`)
      : err(`cannot read ${shownAs}: check the name and the permissions`);
  }
}

/** `paths` are relative to `folder`. A file that is named twice counts once. Fails with every fault, one a line. */
export async function readDocumentFiles(
  paths: readonly string[],
  folder: string,
): Promise<Result<ReadFiles, CommandFault>> {
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
  return first && faults.length === 0 ? ok([first, ...others]) : wrongUsage(faults.join('\n'));
}
