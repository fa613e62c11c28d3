// `stint fmt`: lays access documents out in one way.
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { formatDocument } from '../../../shared/access/format-document.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { readDocumentFiles } from '../read-document-files.ts';
import type { Terminal } from '../terminal.ts';
import { type Cli, FILES_ARGUMENT } from './command.ts';

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
  for (const { name, text } of files.value) {
    const formatted = formatDocument(text);
    if (!formatted.ok) {
      for (const { line, column, message } of formatted.error) note(`${name}:${line}:${column}: ${message}`);
      exitCode = EXIT.document;
    } else if (formatted.value !== text) {
      out(check ? `${name}: run stint fmt` : `${name}: laid out`);
      if (check) exitCode = EXIT.document;
      else await writeFile(resolve(folder, name), formatted.value);
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
