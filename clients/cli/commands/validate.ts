// `stint validate`: checks access documents without a network.
import { EXIT, type ExitCode } from '../exit-code.ts';
import { openDocuments } from '../open-documents.ts';
import type { Terminal } from '../terminal.ts';
import { type Cli, FILES_ARGUMENT, JSON_OPTION } from './command.ts';

async function validate(
  paths: readonly string[],
  json: boolean,
  { folder, out, note }: Terminal,
): Promise<ExitCode> {
  const read = await openDocuments(paths, folder);
  if (!read.ok) {
    const { message, exitCode, faults } = read.error;
    if (json && exitCode === EXIT.document) out(JSON.stringify({ valid: false, faults }, null, 2));
    else note(message);
    return exitCode;
  }
  const { providers, roles, grants } = read.value.access;
  if (json) out(JSON.stringify({ valid: true, faults: [] }, null, 2));
  else
    out(
      `${paths.join(' ')}: valid; ${providers.length} providers, ${roles.length} roles, ${grants.length} grants`,
    );
  return EXIT.ok;
}

export function addValidate({ program, terminal, finish }: Cli): void {
  program
    .command('validate')
    .description('check access documents; needs no network and no settings')
    .argument(...FILES_ARGUMENT)
    .option(...JSON_OPTION)
    .addHelpText('after', '\nExamples:\n  stint validate access.yaml\n  stint validate --json access/')
    .action(async (paths: readonly string[], { json = false }: { readonly json?: boolean }) =>
      finish(await validate(paths, json, terminal)),
    );
}
