// What commands have in common that read access documents and need neither a network nor settings.
import type { Command } from 'commander';
import type { ReadAccess } from '../../../shared/rules/compile/read-documents.ts';
import type { DocumentFault } from '../../../shared/rules/values/document-fault.ts';
import { EXIT, type ExitCode } from '../base/exit-code.ts';
import type { Terminal } from '../base/terminal.ts';
import { formatJson } from '../base/terminal-text.ts';
import { openDocuments } from '../documents/open-documents.ts';
import { type Cli, FILES_ARGUMENT, JSON_OPTION } from './command.ts';

interface Options {
  readonly json?: boolean;
  readonly strict?: boolean;
}

/** What was asked for: the files by name, and how to answer. */
export interface DocumentRequest extends Required<Options> {
  readonly paths: readonly string[];
}

interface DocumentCommand {
  readonly name: string;
  readonly description: string;
  readonly examples: readonly string[];
  readonly run: (
    read: ReadAccess,
    asked: DocumentRequest,
    terminal: Terminal,
  ) => ExitCode | Promise<ExitCode>;
  /** What --json prints of documents that are wrong; without it, they are told as without --json. */
  readonly faultsAsJson?: (faults: readonly DocumentFault[]) => unknown;
}

async function runOn(
  { run, faultsAsJson }: DocumentCommand,
  asked: DocumentRequest,
  terminal: Terminal,
): Promise<ExitCode> {
  const read = await openDocuments(asked.paths, terminal.folder);
  if (read.ok) return run(read.value, asked, terminal);
  const { message, exitCode, faults } = read.error;
  if (asked.json && faultsAsJson && exitCode === EXIT.document)
    terminal.out(formatJson(faultsAsJson(faults), 2));
  else terminal.note(message);
  return exitCode;
}

export function addDocumentCommand({ program, terminal, finish }: Cli, command: DocumentCommand): Command {
  const { name, description, examples } = command;
  return program
    .command(name)
    .description(description)
    .argument(...FILES_ARGUMENT)
    .option(...JSON_OPTION)
    .addHelpText('after', `\nExamples:\n${examples.map((example) => `  ${example}`).join('\n')}`)
    .action(async (paths: readonly string[], { json = false, strict = false }: Options) =>
      finish(await runOn(command, { paths, json, strict }, terminal)),
    );
}
