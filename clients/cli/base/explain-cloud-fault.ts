// Faults of Tablestore and RAM as messages that say what to do next.
import type { RamFault } from '../../../shared/adapters/alibaba-cloud/ram-policies.ts';
import type { TablestoreFault } from '../../../shared/adapters/tablestore/tablestore-fault.ts';
import { type CommandFailure, serviceFailed } from './command-fault.ts';
import { UNTRUSTED } from './explain-unreachable.ts';

/** By the code of Tablestore, or of the adapter where the row itself is wrong. */
const NEXT_OF_TABLESTORE: Readonly<Record<string, string>> = {
  OTSObjectNotExist:
    'the tables or the instance are missing: check STINT_TABLESTORE_INSTANCE, then run stint tables create',
  OTSAuthFailed:
    'the access key was refused: check ALIBABA_CLOUD_ACCESS_KEY_ID, its secret and token, and the clock of this machine',
  OTSNoPermissionAccess:
    'the access key may not do this: it needs ots:BatchGetRow, GetRange, PutRow and BatchWriteRow on the tables access and catalog, for stint keys ots:GetRange on the table keys, for stint leave clients/cli/ram/leave-policy.json, and for stint audit and stint key clients/cli/ram/auditor-policy.json',
  OTSTableNotReady: 'the tables were made just now: try again in a minute',
  Network:
    'nothing answers there: check STINT_TABLESTORE_ENDPOINT, and that the service or the local cloud is running',
  Certificate: `the service ${UNTRUSTED}`,
  Unreadable:
    'something else than Tablestore answers there, such as a proxy: check STINT_TABLESTORE_ENDPOINT and the network',
  OTSQuotaExhausted:
    'the account may have no more of these: delete a table or an instance, or ask Alibaba Cloud for a higher quota',
  KeyDecisionUnreadable:
    'a row of table catalog whose kind starts with key| is damaged: delete it, and decide about that key again',
  WriteTooLate: 'writing took over an hour, perhaps because this machine slept: run the command again',
  FlushUnreadable:
    'the row head, flush of table catalog is damaged: put a number above every earlier one into caches and sign_ins',
  IssuedUnreadable: 'the row of this key in table issued is damaged',
  BlocksUnreadable:
    'the row head, blocks of table catalog is damaged, and vend refuses everything until it is mended: delete it, and block again what was blocked',
  'blocks-row':
    'the row head, blocks of table catalog is damaged, and vend refuses everything until it is mended: delete it, and block again what was blocked',
  BlockMalformed: 'instances could not read this block, so nothing was written: shorten its name',
  BlocksConflict: 'several people block at the same moment: run the command again',
  LeaverUnreadable:
    'a row of table leavers is damaged, and its person is refused until it is mended: correct its JSON, or delete the row and mark the person again with stint leave',
  LeaverConflict: 'several operators change this person at the same moment: run the command again',
  TooManyBlocks: '200 blocks are in force: change the rules instead, or end some with stint unblock',
  FlushConflict: 'several people flush at the same moment: run stint flush again',
  'no-revision': 'no rules are in force: run stint apply first',
  'catalog-row': 'the rules in force cannot be read: apply them again',
  HeadUnreadable: 'the row head, current of table catalog is damaged: restore it before applying anything',
};

/** One line: the code, what to do next, and the request id that Alibaba Cloud support asks for. */
export function explainStoreFault({ code, requestId }: TablestoreFault): string {
  const next = NEXT_OF_TABLESTORE[code] ?? 'try again in a minute';
  return `Tablestore: ${code}: ${next}${requestId === undefined ? '' : ` (request ${requestId})`}`;
}

/** A fault of Tablestore as the end of a command. */
export const storeFailed = (fault: TablestoreFault): CommandFailure =>
  serviceFailed(explainStoreFault(fault));

/** By the error code of RAM. */
const NEXT_OF_RAM: Readonly<Record<string, string>> = {
  NoPermission: 'the access key may not do this: it needs ram:GetPolicy on the policy',
  'InvalidAccessKeyId.NotFound': 'the access key is not known: check ALIBABA_CLOUD_ACCESS_KEY_ID',
  SignatureDoesNotMatch: 'the access key was refused: check ALIBABA_CLOUD_ACCESS_KEY_SECRET',
  'InvalidTimeStamp.Expired': 'the clock of this machine is wrong: set it',
  'InvalidSecurityToken.Expired': 'the temporary key has expired: get a new one',
};

/** One line: the cause, and what to do next. */
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
