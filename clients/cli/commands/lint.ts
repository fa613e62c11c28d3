// `stint lint`: names what access documents may say but rarely mean.
import type { ReadAccess } from '../../../shared/rules/compile/read-documents.ts';
import { EXIT, type ExitCode } from '../base/command-fault.ts';
import type { Terminal } from '../base/terminal.ts';
import { formatJson } from '../base/terminal-text.ts';
import { findWarnings, formatWarnings } from '../documents/warnings.ts';
import { type Cli, STRICT_OPTION } from './command.ts';
import { addDocumentCommand, type DocumentRequest } from './document-command.ts';

function lint(read: ReadAccess, { json, strict }: DocumentRequest, { out }: Terminal): ExitCode {
  const warnings = findWarnings(read);
  if (json) out(formatJson(warnings, 2));
  else {
    for (const line of formatWarnings(warnings)) out(line);
    out(`${warnings.total} warnings`);
  }
  return strict && warnings.total > 0 ? EXIT.document : EXIT.ok;
}

export function addLint(cli: Cli): void {
  addDocumentCommand(cli, {
    name: 'lint',
    description: 'warn of what access documents may say but rarely mean, with the reason and the fix',
    examples: ['stint lint access.yaml', 'stint lint --strict access/'],
    run: lint,
  }).option(...STRICT_OPTION);
}
