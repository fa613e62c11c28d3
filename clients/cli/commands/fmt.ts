// `stint fmt`: lays access documents out in one way.

import { ok, type Result } from '../../../shared/kernel/result.ts';
import { formatDocument } from '../../../shared/rules/review/format-document.ts';
import { type CommandFault, wrongUsage } from '../base/command-fault.ts';
import { EXIT, type ExitCode } from '../base/exit-code.ts';
import type { Terminal } from '../base/terminal.ts';
import { editDocument } from '../documents/edit-document.ts';
import { readDocumentFiles } from '../documents/read-document-files.ts';
import { type Cli, FILES_ARGUMENT } from './command.ts';

/** As it stands now: it was read a while ago. */
function layOut(path: string, name: string): Promise<Result<void, CommandFault>> {
  return editDocument(path, name, (text) => {
    const formatted = formatDocument(text);
    return formatted.ok
      ? ok({ text: formatted.value, value: undefined })
      : wrongUsage(`${name} was changed at this moment, and is no access document now: run this again`);
  });
}

async function fmt(
  paths: readonly string[],
  check: boolean,
  { folder, out, note }: Terminal,
): Promise<ExitCode> {
  const files = await readDocumentFiles(paths, folder);
  if (!files.ok) {
    note(files.error);
    return EXIT.usage;
  }
  let exitCode: ExitCode = EXIT.ok;
  for (const { name, path, text } of files.value) {
    const formatted = formatDocument(text);
    if (!formatted.ok) {
      for (const { line, column, message } of formatted.error) note(`${name}:${line}:${column}: ${message}`);
      exitCode = EXIT.document;
    } else if (formatted.value !== text) {
      const done = check ? ok(undefined) : await layOut(path, name);
      if (done.ok) out(check ? `${name}: run stint fmt` : `${name}: laid out`);
      else note(done.error.message);
      if (check) exitCode = EXIT.document;
      else if (!done.ok) exitCode = done.error.exitCode;
    }
  }
  return exitCode;
}

export function addFmt({ program, terminal, finish }: Cli): void {
  program
    .command('fmt')
    .description('lay access documents out in one way; comments stay')
    .argument(...FILES_ARGUMENT)
    .option('--check', 'write nothing, and fail when a file is laid out in another way')
    .addHelpText('after', '\nExamples:\n  stint fmt access.yaml\n  stint fmt --check access/')
    .action(async (paths: readonly string[], { check = false }: { readonly check?: boolean }) =>
      finish(await fmt(paths, check, terminal)),
    );
}
