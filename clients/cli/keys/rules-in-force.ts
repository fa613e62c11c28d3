// The providers and roles in force. The grants stay unread, since they may be many.
import { createRulesStore } from '../../../shared/adapters/tablestore/access-store.ts';
import type { TablestoreFault } from '../../../shared/adapters/tablestore/tablestore-fault.ts';
import type { TablestoreRows } from '../../../shared/adapters/tablestore/tablestore-rows.ts';
import { err, type Result } from '../../../shared/kernel/result.ts';
import type { Rules } from '../../../shared/rules/document/rules.ts';

export async function readRulesInForce(rows: TablestoreRows): Promise<Result<Rules, TablestoreFault>> {
  const rules = await createRulesStore(rows, { now: () => new Date() }).current();
  return rules.ok ? rules : err({ code: rules.error.cause, requestId: undefined });
}
