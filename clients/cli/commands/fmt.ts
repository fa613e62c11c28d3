// `stint fmt`: formats access documents.
import { ok, type Result } from '../../../shared/kernel/result.ts';
import { formatDocument } from '../../../shared/rules/review/format-document.ts';
import { type CommandFault, EXIT, type ExitCode, wrongUsage } from '../base/command-fault.ts';
import type { Terminal } from '../base/terminal.ts';
import { editDocument } from '../documents/edit-document.ts';
import { readDocumentFiles } from '../documents/read-document-files.ts';
import { type Cli, FILES_ARGUMENT, formatExamples } from './command.ts';

type DocumentFile = { readonly name: string; readonly path: string; readonly text: string };

export function addFmt({ program, terminal, finish }: Cli): void {
  program
    .command('fmt')
    .description('format access documents; comments stay')
    .argument(...FILES_ARGUMENT)
    .option('--check', 'write nothing, and fail when a file is not formatted')
    .addHelpText('after', formatExamples('stint fmt access.yaml', 'stint fmt --check access/'))
    .action(async (paths: readonly string[], { check = false }: { readonly check?: boolean }) =>
      finish(await fmt(paths, check, terminal)),
    );
}

/** Goes on after a fault. The exit code is that of the last file with a fault or another format. */
async function fmt(paths: readonly string[], check: boolean, terminal: Terminal): Promise<ExitCode> {
  const files = await readDocumentFiles(paths, terminal.folder);
  if (!files.ok) {
    terminal.note(files.error.message);
    return files.error.exitCode;
  }
  let exitCode: ExitCode = EXIT.ok;
  for (const file of files.value) {
    const ended = check ? checkLayout(file, terminal) : await layOut(file, terminal);
    if (ended !== EXIT.ok) exitCode = ended;
  }
  return exitCode;
}

function checkLayout(file: DocumentFile, terminal: Terminal): ExitCode {
  const formatted = formatOrNote(file, terminal);
  if (formatted === file.text) return EXIT.ok;
  if (formatted !== undefined) terminal.out(`${file.name}: run stint fmt`);
  return EXIT.document;
}

async function layOut(file: DocumentFile, terminal: Terminal): Promise<ExitCode> {
  const formatted = formatOrNote(file, terminal);
  if (formatted === undefined) return EXIT.document;
  if (formatted === file.text) return EXIT.ok;
  const written = await layOutOnDisk(file);
  if (written.ok) terminal.out(`${file.name}: laid out`);
  else terminal.note(written.error.message);
  return written.ok ? EXIT.ok : written.error.exitCode;
}

/** Undefined, with a line for each fault, when the file is no access document. */
function formatOrNote({ name, text }: DocumentFile, { note }: Terminal): string | undefined {
  const formatted = formatDocument(text);
  if (formatted.ok) return formatted.value;
  for (const { line, column, message } of formatted.error) note(`${name}:${line}:${column}: ${message}`);
  return undefined;
}

/** Formats the text that the file has under the lock, since it may have changed after it was read. */
function layOutOnDisk({ path, name }: DocumentFile): Promise<Result<void, CommandFault>> {
  return editDocument(path, name, (text) => {
    const formatted = formatDocument(text);
    return formatted.ok
      ? ok({ text: formatted.value, value: undefined })
      : wrongUsage(`${name} was changed at this moment, and is no access document now: run this again`);
  });
}
