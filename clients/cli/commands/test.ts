// `stint test`: runs the tests of access documents against their own rules, without a network.
import { rehearseDocument } from '../../../shared/rehearse/rehearse-document.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { openDocuments } from '../open-documents.ts';
import { sayFailures, sayTestCount } from '../say-rehearsal.ts';
import type { Terminal } from '../terminal.ts';
import { type Cli, FILES_ARGUMENT, JSON_OPTION } from './command.ts';

async function test(
  paths: readonly string[],
  json: boolean,
  { folder, out, note }: Terminal,
): Promise<ExitCode> {
  const read = await openDocuments(paths, folder);
  if (!read.ok) {
    note(read.error.message);
    return read.error.exitCode;
  }
  const rehearsal = await rehearseDocument(read.value, new Date());
  if (json) out(JSON.stringify(rehearsal, null, 2));
  else {
    for (const line of sayFailures(rehearsal)) note(line);
    out(sayTestCount(rehearsal));
  }
  return rehearsal.failed > 0 ? EXIT.document : EXIT.ok;
}

export function addTest({ program, terminal, finish }: Cli): void {
  program
    .command('test')
    .description('run the tests of access documents against their own rules; needs no network')
    .argument(...FILES_ARGUMENT)
    .option(...JSON_OPTION)
    .addHelpText('after', '\nExamples:\n  stint test access.yaml\n  stint test --json access/')
    .action(async (paths: readonly string[], { json = false }: { readonly json?: boolean }) =>
      finish(await test(paths, json, terminal)),
    );
}
