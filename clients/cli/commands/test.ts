// `stint test`: runs the tests of access documents against their own rules, without a network.

import { runPolicyTests } from '../../../shared/policy-tests/run-policy-tests.ts';
import type { ReadAccess } from '../../../shared/rules/compile/read-documents.ts';
import { EXIT, type ExitCode } from '../base/command-fault.ts';
import type { Terminal } from '../base/terminal.ts';
import { formatJson } from '../base/terminal-text.ts';
import { formatFailures, formatTestCount } from '../documents/format-test-result.ts';
import type { Cli } from './command.ts';
import { addDocumentCommand, type DocumentRequest } from './document-command.ts';

async function test(read: ReadAccess, { json }: DocumentRequest, { out, note }: Terminal): Promise<ExitCode> {
  const result = await runPolicyTests(read, new Date());
  if (json) out(formatJson(result, 2));
  else {
    for (const line of formatFailures(result)) note(line);
    out(formatTestCount(result));
  }
  return result.failed > 0 ? EXIT.document : EXIT.ok;
}

export function addTest(cli: Cli): void {
  addDocumentCommand(cli, {
    name: 'test',
    description: 'run the tests of access documents against their own rules; needs no network',
    examples: ['stint test access.yaml', 'stint test --json access/'],
    run: test,
  });
}
