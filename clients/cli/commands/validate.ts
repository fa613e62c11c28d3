// `stint validate`: checks access documents without a network.
import type { ReadAccess } from '../../../shared/rules/compile/read-documents.ts';
import { EXIT, type ExitCode } from '../base/command-fault.ts';
import type { Terminal } from '../base/terminal.ts';
import { formatJson } from '../base/terminal-text.ts';
import type { Cli } from './command.ts';
import { addDocumentCommand, type DocumentRequest } from './document-command.ts';

function formatValid({ access }: ReadAccess, { paths, json }: DocumentRequest, { out }: Terminal): ExitCode {
  const { providers, roles, grants } = access;
  if (json) out(formatJson({ valid: true, faults: [] }, 2));
  else
    out(
      `${paths.join(' ')}: valid; ${providers.length} providers, ${roles.length} roles, ${grants.length} grants`,
    );
  return EXIT.ok;
}

export function addValidate(cli: Cli): void {
  addDocumentCommand(cli, {
    name: 'validate',
    description: 'check access documents; needs no network and no settings',
    examples: ['stint validate access.yaml', 'stint validate --json access/'],
    run: formatValid,
    faultsAsJson: (faults) => ({ valid: false, faults }),
  });
}
