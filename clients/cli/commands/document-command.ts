// What the commands have in common that read access documents and need neither a network nor settings: `validate`, `test`
// and `lint`.
import type { Command } from 'commander';
import { type ReadAccess, readDocuments } from '../../../shared/rules/compile/read-documents.ts';
import type { DocumentFault } from '../../../shared/rules/values/document-fault.ts';
import { EXIT, type ExitCode } from '../base/command-fault.ts';
import type { Terminal } from '../base/terminal.ts';
import { formatJson } from '../base/terminal-text.ts';
import { explainApplyFault } from '../documents/explain-apply-fault.ts';
import { readDocumentFiles } from '../documents/read-document-files.ts';
import { type Cli, FILES_ARGUMENT, formatExamples, JSON_OPTION } from './command.ts';

interface Options {
  readonly json?: boolean;
  readonly strict?: boolean;
}

/** The files as the person named them, and how to answer. */
export interface DocumentRequest extends Required<Options> {
  readonly paths: readonly string[];
}

interface DocumentCommand {
  readonly name: string;
  readonly description: string;
  readonly examples: readonly string[];
  /** Runs on documents that are valid. */
  readonly run: (
    read: ReadAccess,
    request: DocumentRequest,
    terminal: Terminal,
  ) => ExitCode | Promise<ExitCode>;
  /** What --json prints when the documents are wrong. Without it, the faults are printed as text. */
  readonly faultsAsJson?: (faults: readonly DocumentFault[]) => unknown;
}

export function addDocumentCommand({ program, terminal, finish }: Cli, command: DocumentCommand): Command {
  const { name, description, examples } = command;
  return program
    .command(name)
    .description(description)
    .argument(...FILES_ARGUMENT)
    .option(...JSON_OPTION)
    .addHelpText('after', formatExamples(...examples))
    .action(async (paths: readonly string[], { json = false, strict = false }: Options) =>
      finish(await runOn(command, { paths, json, strict }, terminal)),
    );
}

async function runOn(
  { run, faultsAsJson }: DocumentCommand,
  request: DocumentRequest,
  terminal: Terminal,
): Promise<ExitCode> {
  const files = await readDocumentFiles(request.paths, terminal.folder);
  if (!files.ok) {
    terminal.note(files.error.message);
    return files.error.exitCode;
  }
  const read = readDocuments(files.value);
  if (read.ok) return run(read.value, request, terminal);
  if (request.json && faultsAsJson) terminal.out(formatJson(faultsAsJson(read.error), 2));
  else terminal.note(explainApplyFault({ kind: 'document', faults: read.error }).message);
  return EXIT.document;
}
