// What went wrong and what to do next, in a sentence or two.
import type { TablestoreFault } from '../../shared/adapters/tablestore-fault.ts';
import type { ApplyFault } from './apply-document.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { sayFailures, sayTestCount } from './say-rehearsal.ts';
import { sayWarnings } from './warnings.ts';

const NEXT: Readonly<Record<string, string>> = {
  OTSObjectNotExist:
    'the tables or the instance are missing: check STINT_TABLESTORE_INSTANCE, then run stint tables create',
  OTSAuthFailed:
    'the access key was refused: check ALIBABA_CLOUD_ACCESS_KEY_ID, its secret and token, and the clock of this machine',
  OTSNoPermissionAccess:
    'the access key may not do this: it needs ots:BatchGetRow, GetRange, PutRow and BatchWriteRow on the tables access and catalog',
  OTSTableNotReady: 'the tables were made just now: try again in a minute',
  Network:
    'nothing answers there: check STINT_TABLESTORE_ENDPOINT, and that the service or the local cloud is running',
  HeadUnreadable: 'the row head, current of table catalog is damaged: restore it before applying anything',
};

export function explainStoreFault({ code, requestId }: TablestoreFault): string {
  const next = NEXT[code] ?? 'try again in a minute';
  return `Tablestore: ${code}: ${next}${requestId === undefined ? '' : ` (request ${requestId})`}`;
}

interface Explained {
  readonly message: string;
  readonly exitCode: ExitCode;
}

const refused = (lines: readonly string[]): Explained => ({
  message: [...lines, 'Nothing was changed.'].join('\n'),
  exitCode: EXIT.document,
});

export function explainApplyFault(fault: ApplyFault): Explained {
  switch (fault.kind) {
    case 'document':
      return refused(
        fault.faults.map(
          ({ file, line, column, path, message }) =>
            `${file}:${line}:${column}: ${path === '' ? '' : `${path}: `}${message}`,
        ),
      );
    case 'warnings':
      return refused([...sayWarnings(fault.warnings), 'With --strict warnings are faults.']);
    case 'tests':
      return refused([...sayFailures(fault.tests), `Tests of the document: ${sayTestCount(fault.tests)}.`]);
    case 'conflict':
      return {
        message:
          'Someone else applied rules meanwhile. Nothing was changed: run stint plan, then apply again.',
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
        message: `${explainStoreFault(fault.fault)}\nThe new rules may or may not be in force: run stint plan to see, then apply again.`,
        exitCode: EXIT.service,
      };
  }
}
