// Rows that are written and deleted one by one. BatchWriteRow needs one permission for both, so an operator who may only end
// sessions could write some too, and sign in as anyone; one who may add an audit row could delete others.
import { err, ok } from '../../kernel/result.ts';
import { CONDITION_FAILED } from './tablestore-fault.ts';
import type { TablestoreRows } from './tablestore-rows.ts';

/** Deletes by DeleteRow. Puts by PutRow, and only rows that are not there yet: `OTSConditionCheckFail` otherwise. */
export function rowsOneByOne(rows: TablestoreRows): TablestoreRows {
  return {
    ...rows,
    async putRows(writes) {
      for (const write of writes) {
        const put = await rows.putRowIf(write, 'absent');
        if (!put.ok) return put;
        if (put.value === 'conflict') return err({ code: CONDITION_FAILED, requestId: undefined });
      }
      return ok(undefined);
    },
    async deleteRows(table, keys) {
      for (const key of keys) {
        const deleted = await rows.deleteRow(table, key);
        if (!deleted.ok) return deleted;
      }
      return ok(undefined);
    },
  };
}
