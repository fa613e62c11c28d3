// `stint lint`: names what is allowed in access documents and rarely meant.
import { EXIT, type ExitCode } from '../exit-code.ts';
import { openDocuments } from '../open-documents.ts';
import type { Terminal } from '../terminal.ts';
import { findWarnings, sayWarnings } from '../warnings.ts';
import { type Cli, FILES_ARGUMENT, JSON_OPTION, STRICT_OPTION } from './command.ts';

interface Options {
  readonly json?: boolean;
  readonly strict?: boolean;
}

async function lint(
  paths: readonly string[],
  { json = false, strict = false }: Options,
  { folder, out, note }: Terminal,
): Promise<ExitCode> {
  const read = await openDocuments(paths, folder);
  if (!read.ok) {
    note(read.error.message);
    return read.error.exitCode;
  }
  const warnings = findWarnings(read.value);
  if (json) out(JSON.stringify(warnings, null, 2));
  else {
    for (const line of sayWarnings(warnings)) out(line);
    out(`${warnings.total} warnings`);
  }
  return strict && warnings.total > 0 ? EXIT.document : EXIT.ok;
}

export function addLint({ program, terminal, finish }: Cli): void {
  program
    .command('lint')
    .description('name what is allowed in access documents and rarely meant, with the reason and the fix')
    .argument(...FILES_ARGUMENT)
    .option(...JSON_OPTION)
    .option(...STRICT_OPTION)
    .addHelpText('after', '\nExamples:\n  stint lint access.yaml\n  stint lint --strict access/')
    .action(async (paths: readonly string[], options: Options) =>
      finish(await lint(paths, options, terminal)),
    );
}
