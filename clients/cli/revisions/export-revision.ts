// A stored revision as access documents, printed or written into files.
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { ok, type Result } from '../../../shared/kernel/result.ts';
import { showable } from '../../../shared/kernel/showable.ts';
import type { DocumentFiles } from '../../../shared/rules/compile/read-documents.ts';
import { exportDocuments } from '../../../shared/rules/review/export-document.ts';
import { MAX_DOCUMENT_BYTES } from '../../../shared/rules/yaml/parse-yaml.ts';
import { type CommandFault, serviceFailed, wrongUsage } from '../base/command-fault.ts';
import { systemErrorCode } from '../base/system-error.ts';
import type { Terminal } from '../base/terminal.ts';
import { isOfEarlierVersion, openRevisions, readWhole, type WholeRevision } from './read-revisions.ts';

export interface ExportOptions {
  readonly env?: string;
  readonly rev?: string;
  readonly out?: string;
}

const LOST = 'Comments, the owners of files and their division are not stored, and not written.';

/** Refuses where the document would not mean what the revision means. */
export function documentsOf(revision: WholeRevision): Result<DocumentFiles, CommandFault> {
  const { number, revision: name, record, access, supplement } = revision;
  const comment = `Rules of revision ${number} (${name}), written by stint export. ${LOST}`;
  const documents = exportDocuments({ access, supplement, comment });
  if (documents.ok) return documents;
  if (documents.error.kind === 'differs')
    return serviceFailed(`revision ${number} cannot be written as a document that means the same`);
  const faults = documents.error.faults.map(({ path, message }) => `${path}: ${message}`);
  return serviceFailed(
    [`this version of Stint refuses the rules of revision ${record?.number ?? number}:`, ...faults].join(
      '\n',
    ),
  );
}

export async function exportRevision(
  { env, rev, out: target }: ExportOptions,
  terminal: Terminal,
): Promise<Result<void, CommandFault>> {
  const opened = await openRevisions(env, terminal);
  if (!opened.ok) return opened;
  const read = await readWhole(opened.value, [rev]);
  if (!read.ok) return read;
  const [revision] = read.value;
  const documents = revision ? documentsOf(revision) : wrongUsage('no rules are in force yet');
  if (!documents.ok) return documents;
  const files = documents.value;
  const bytes = files.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0);
  const written = target === undefined ? print(files, terminal) : await writeAll(files, target, terminal);
  if (!written.ok) return written;
  terminal.note(LOST);
  if (revision && isOfEarlierVersion(revision)) terminal.note(NOT_KEPT);
  if (bytes > MAX_DOCUMENT_BYTES)
    terminal.note(`These are over ${MAX_DOCUMENT_BYTES} bytes: stint apply will not take them in one piece.`);
  return ok(undefined);
}

const NOT_KEPT =
  'An earlier version of Stint applied this revision: its tests and pinned policies were not kept.';

function print(files: DocumentFiles, { out }: Terminal): Result<void, CommandFault> {
  const [first, ...others] = files;
  if (others.length > 0)
    return wrongUsage(`the rules take ${files.length} files: name a folder for them with --out <folder>`);
  out(first.text.trimEnd());
  return ok(undefined);
}

/** One document becomes the file that is named, several become files of that folder. Never over what is there. */
async function writeAll(
  files: DocumentFiles,
  target: string,
  { folder, out }: Terminal,
): Promise<Result<void, CommandFault>> {
  const path = resolve(folder, target);
  try {
    const [first, ...others] = files;
    if (others.length === 0) {
      await writeFile(path, first.text, { flag: 'wx' });
      out(`${showable(target)}: written`);
      return ok(undefined);
    }
    await mkdir(path, { recursive: true });
    if ((await readdir(path)).length > 0)
      return wrongUsage(`${showable(target)} is not empty: files of two exports would count as one document`);
    for (const { name, text } of files) await writeFile(join(path, name), text, { flag: 'wx' });
    out(`${showable(target)}: ${files.length} files written`);
    return ok(undefined);
  } catch (error) {
    return systemErrorCode(error) === 'EEXIST'
      ? wrongUsage(`${showable(target)} is there already: name another, or remove it`)
      : wrongUsage(`${showable(target)} cannot be written: check the folder and the permissions`);
  }
}
