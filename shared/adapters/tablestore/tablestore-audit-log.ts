// Audit events and issued keys as rows. Puts are unconditional: repeating one writes the same row again.

import { err, ok, type Result } from '../../kernel/result.ts';
import { sha256 } from '../../kernel/sha256.ts';
import type { StoreFault } from '../../kernel/store-fault.ts';
import type { IssuedKey, IssuedKeyRegister } from '../../pipeline/assume/issued-key.ts';
import type { AuditEvent } from '../../pipeline/audit/audit-event.ts';
import type { AuditLog } from '../../pipeline/audit/audit-log.ts';
import { AUDIT, ISSUED } from './tables.ts';
import type { RowWrite, TablestoreRows } from './tablestore-rows.ts';
import { createGroupWriter } from './write-together.ts';

/** Hex digits of the shard: 16 shards keep a busy deployment under a partition's comfortable 1,000 rows a second. */
const SHARD_DIGITS = 1;

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

export function createAuditLog(rows: Pick<TablestoreRows, 'putRows'>): AuditLog & IssuedKeyRegister {
  const write = createGroupWriter(rows);
  const durable = async (row: RowWrite): Promise<Result<void, StoreFault>> => {
    const written = await write(row);
    return written.ok ? ok(undefined) : err({ reason: 'store-failed', cause: written.error.code });
  };
  return {
    record: (event) => durable(auditRow(event)),
    register: (key) => durable(issuedRow(key)),
  };
}
