// Why an access document was not applied, as a message that says what to do next and whether anything was changed.
import { type CommandFault, EXIT } from '../base/command-fault.ts';
import { explainRamFault, explainStoreFault } from '../base/explain-cloud-fault.ts';
import type { ApplyFault } from './apply-document.ts';
import { formatFailures, formatTestCount } from './format-test-result.ts';
import { formatWarnings } from './warnings.ts';

const documentRefused = (lines: readonly string[]): CommandFault => ({
  message: [...lines, 'Nothing was changed.'].join('\n'),
  exitCode: EXIT.document,
});

export function explainApplyFault(fault: ApplyFault): CommandFault {
  switch (fault.kind) {
    case 'document':
      return documentRefused(
        fault.faults.map(
          ({ file, line, column, path, message }) =>
            `${file}:${line}:${column}: ${path === '' ? '' : `${path}: `}${message}`,
        ),
      );
    case 'policy-not-compared':
      return {
        message: `${explainRamFault(fault.fault)}\nWhether the pinned policy ${fault.policy} has changed is not known. Nothing was changed: mend this, or take pinned policies as they are with --offline-policies.`,
        exitCode: EXIT.service,
      };
    case 'warnings':
      return documentRefused([...formatWarnings(fault.warnings), 'With --strict warnings are faults.']);
    case 'tests':
      return documentRefused([
        ...formatFailures(fault.tests),
        `Tests of the document: ${formatTestCount(fault.tests)}.`,
      ]);
    case 'not-confirmed':
      return {
        message:
          fault.answer === 'no'
            ? 'Nothing was changed.'
            : `This removes ${fault.removes}. Nothing was changed, since nobody can be asked here: add --yes if that is meant.`,
        exitCode: EXIT.usage,
      };
    case 'conflict':
      return {
        message:
          'Someone else applied rules meanwhile. Nothing was changed: run stint history to see what, then this command again.',
        exitCode: EXIT.service,
      };
    case 'not-read':
    case 'not-written':
      return {
        message: `${explainStoreFault(fault.fault)}\nNothing was changed.`,
        exitCode: EXIT.service,
      };
    case 'unknown':
      return {
        message: `${explainStoreFault(fault.fault)}\nThe new rules may or may not be in force: run stint history to see, then this command again.`,
        exitCode: EXIT.service,
      };
  }
}
