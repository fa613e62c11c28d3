// Audit events and issued keys as rows. Puts are unconditional: repeating one writes the same row again. Rows of concurrent
// requests share one BatchWriteRow: each caller still waits until its own row is durable.
import { ok, type Result } from '../../kernel/result.ts';
import { sha256 } from '../../kernel/sha256.ts';
import type { StoreFault } from '../../kernel/store-fault.ts';
import type { IssuedKey, IssuedKeyRegister } from '../../pipeline/assume/issued-key.ts';
import type { AuditEvent } from '../../pipeline/audit/audit-event.ts';
import type { AuditLog } from '../../pipeline/audit/audit-log.ts';
import { shareCalls } from './share-calls.ts';
import { AUDIT, ISSUED } from './tables.ts';
import { type TablestoreFault, toStoreFault } from './tablestore-fault.ts';
import type { RowWrite, TablestoreRows } from './tablestore-rows.ts';

/** Tablestore takes 200 rows in a BatchWriteRow. */
const MAX_ROWS = 200;
/** Two, so that one slow call does not hold up all requests; more would make the batches small. */
const MAX_CALLS = 2;

type Written = Result<void, TablestoreFault>;

/** Writes rows in shared batches; each promise settles when its own row is durable or has failed. */
export const createGroupWriter = (
  rows: Pick<TablestoreRows, 'putRows'>,
): ((write: RowWrite) => Promise<Written>) =>
  shareCalls(
    { maxSize: MAX_ROWS, sizeOf: () => 1, calls: MAX_CALLS },
    async (writes: readonly RowWrite[]) => {
      const written = await rows.putRows(writes);
      return writes.map(() => written);
    },
  );

/** Hex digits of the shard: 16 shards keep a busy deployment under a partition's comfortable 1,000 rows a second. */
const SHARD_DIGITS = 1;
/** Every shard that a row can be in. */
export const AUDIT_SHARDS: readonly string[] = Array.from({ length: 16 ** SHARD_DIGITS }, (_, i) =>
  i.toString(16).padStart(SHARD_DIGITS, '0'),
);

/**
 * The event is one column of JSON: the SDK spends several times longer on twenty columns. `outcome` stands beside it,
 * so that refusals can be filtered by Tablestore itself.
 */
function auditRow(event: AuditEvent): RowWrite {
  const shard = sha256(event.requestId, 'hex').slice(0, SHARD_DIGITS);
  const columns = { outcome: event.outcome, event: JSON.stringify(event) };
  // A second row of a request, at the same millisecond, must not take the place of the first.
  const name = event.part === undefined ? event.requestId : `${event.requestId}.${event.part}`;
  return { table: AUDIT, key: [shard, event.at.toISOString(), name], columns };
}

function issuedRow(key: IssuedKey): RowWrite {
  return { table: ISSUED, key: [key.accessKeyId], columns: { event: JSON.stringify(key) } };
}

/** The audit log and the register of issued keys. A fault means that the row may not be durable. */
export function createAuditLog(rows: Pick<TablestoreRows, 'putRows'>): AuditLog & IssuedKeyRegister {
  const write = createGroupWriter(rows);
  const durable = async (row: RowWrite): Promise<Result<void, StoreFault>> => {
    const written = await write(row);
    return written.ok ? ok(undefined) : toStoreFault(written.error);
  };
  return {
    record: (event) => durable(auditRow(event)),
    register: (key) => durable(issuedRow(key)),
  };
}
