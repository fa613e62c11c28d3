// What went wrong and what to do next, in a sentence or two.
import type { RamFault } from '../../../shared/adapters/alibaba-cloud/ram-policies.ts';
import type { TablestoreFault } from '../../../shared/adapters/tablestore/tablestore-fault.ts';
import { EXIT, type ExitCode } from '../base/exit-code.ts';
import type { ApplyFault } from './apply-document.ts';
import { formatFailures, formatTestCount } from './format-test-result.ts';
import { formatWarnings } from './warnings.ts';

const NEXT: Readonly<Record<string, string>> = {
  OTSObjectNotExist:
    'the tables or the instance are missing: check STINT_TABLESTORE_INSTANCE, then run stint tables create',
  OTSAuthFailed:
    'the access key was refused: check ALIBABA_CLOUD_ACCESS_KEY_ID, its secret and token, and the clock of this machine',
  OTSNoPermissionAccess:
    'the access key may not do this: it needs ots:BatchGetRow, GetRange, PutRow and BatchWriteRow on the tables access and catalog, and for stint keys ots:GetRange on the table keys',
  OTSTableNotReady: 'the tables were made just now: try again in a minute',
  Network:
    'nothing answers there: check STINT_TABLESTORE_ENDPOINT, and that the service or the local cloud is running',
  KeyDecisionUnreadable:
    'a row of table catalog whose kind starts with key| is damaged: delete it, and decide about that key again',
  FlushUnreadable:
    'the row head, flush of table catalog is damaged: put a number above every earlier one into caches and sign_ins',
  FlushConflict: 'several people flush at the same moment: run stint flush again',
  'no-revision': 'no rules are in force: run stint apply first',
  'catalog-row': 'the rules in force cannot be read: apply them again',
  HeadUnreadable: 'the row head, current of table catalog is damaged: restore it before applying anything',
};

export function explainStoreFault({ code, requestId }: TablestoreFault): string {
  const next = NEXT[code] ?? 'try again in a minute';
  return `Tablestore: ${code}: ${next}${requestId === undefined ? '' : ` (request ${requestId})`}`;
}

const NEXT_OF_RAM: Readonly<Record<string, string>> = {
  NoPermission: 'the access key may not do this: it needs ram:GetPolicy on the policy',
  'InvalidAccessKeyId.NotFound': 'the access key is not known: check ALIBABA_CLOUD_ACCESS_KEY_ID',
  SignatureDoesNotMatch: 'the access key was refused: check ALIBABA_CLOUD_ACCESS_KEY_SECRET',
  'InvalidTimeStamp.Expired': 'the clock of this machine is wrong: set it',
  'InvalidSecurityToken.Expired': 'the temporary key has expired: get a new one',
};

export function explainRamFault(fault: RamFault): string {
  switch (fault.kind) {
    case 'not-found':
      return 'RAM: there is no such policy: check its name and --type';
    case 'unusable':
      return `RAM: the policy cannot be used: ${fault.cause}`;
    case 'refused':
      return `RAM: ${fault.cause}: ${NEXT_OF_RAM[fault.cause] ?? 'check the settings'}`;
    case 'unavailable':
      return `RAM: ${fault.cause}: no answer: check STINT_RAM_ENDPOINT and the network, and try again`;
  }
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
    case 'policy-not-compared':
      return {
        message: `${explainRamFault(fault.fault)}\nWhether the pinned policy ${fault.policy} has changed is not known. Nothing was changed: mend this, or take pinned policies as they are with --offline-policies.`,
        exitCode: EXIT.service,
      };
    case 'warnings':
      return refused([...formatWarnings(fault.warnings), 'With --strict warnings are faults.']);
    case 'tests':
      return refused([
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
