// The stores that a leave changes, with the permissions of clients/cli/ram/leave-policy.json and no more.
import { rowsOneByOne } from '../../../shared/adapters/tablestore/rows-one-by-one.ts';
import { createAuditLog } from '../../../shared/adapters/tablestore/tablestore-audit-log.ts';
import { createLeaverStore } from '../../../shared/adapters/tablestore/tablestore-leaver-store.ts';
import { createPasskeyStore } from '../../../shared/adapters/tablestore/tablestore-passkey-store.ts';
import { createRecheckStore } from '../../../shared/adapters/tablestore/tablestore-recheck-store.ts';
import { openRows, type TablestoreRows } from '../../../shared/adapters/tablestore/tablestore-rows.ts';
import { openTablestore } from '../../../shared/adapters/tablestore/tablestore-sdk.ts';
import { createSessionStore } from '../../../shared/adapters/tablestore/tablestore-session-store.ts';
import type { StoreFault } from '../../../shared/kernel/store-fault.ts';
import type { PeopleStores } from '../../../shared/people/leave.ts';
import type { LeaverStore } from '../../../shared/people/leaver-store.ts';
import type { AuditLog } from '../../../shared/pipeline/audit/audit-log.ts';
import type { CloudSettings } from '../base/cloud-settings.ts';
import { explainStoreFault } from '../base/explain-cloud-fault.ts';

export interface LeaveStores extends PeopleStores {
  readonly rows: TablestoreRows;
  readonly leavers: LeaverStore;
  readonly auditLog: AuditLog;
}

export function openLeaveStores(settings: CloudSettings): LeaveStores {
  const rows = rowsOneByOne(openRows(openTablestore(settings)));
  return {
    rows,
    leavers: createLeaverStore(rows),
    sessions: createSessionStore(rows),
    passkeys: createPasskeyStore(rows),
    rechecks: createRecheckStore(rows),
    auditLog: createAuditLog(rows),
  };
}

/** One line: the code, and what to do next. */
export const explainFault = ({ cause }: StoreFault): string =>
  explainStoreFault({ code: cause, requestId: undefined });
