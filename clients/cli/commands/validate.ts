// `stint validate`: checks an access document without a network.
import { resolve } from 'node:path';
import { readDocument } from '../../../shared/access/read-document.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { explainApplyFault } from '../explain-fault.ts';
import { readTextFile } from '../read-text-file.ts';
import type { Terminal } from '../terminal.ts';
import { type Cli, JSON_OPTION } from './command.ts';

async function validate(file: string, json: boolean, { folder, out, note }: Terminal): Promise<ExitCode> {
  const text = await readTextFile(resolve(folder, file), file);
  if (!text.ok) {
    note(text.error);
    return EXIT.usage;
  }
  const document = readDocument(file, text.value);
  const faults = document.ok ? [] : document.error;
  if (json) out(JSON.stringify({ valid: document.ok, faults }, null, 2));
  else if (document.ok) {
    const { providers, roles, grants } = document.value;
    out(`${file}: valid; ${providers.length} providers, ${roles.length} roles, ${grants.length} grants`);
  } else note(explainApplyFault({ kind: 'document', faults }).message);
  return document.ok ? EXIT.ok : EXIT.document;
}

export function addValidate({ program, terminal, finish }: Cli): void {
  program
    .command('validate')
    .description('check an access document; needs no network and no settings')
    .argument('<file>', 'the access document')
    .option(...JSON_OPTION)
    .addHelpText('after', '\nExamples:\n  stint validate access.yaml\n  stint validate --json access.yaml')
    .action(async (file: string, { json = false }: { readonly json?: boolean }) =>
      finish(await validate(file, json, terminal)),
    );
}
