// Audit events and issued keys as rows. Puts are unconditional: repeating one writes the same row again.
import { createHash } from 'node:crypto';
import type { IssuedKey } from '../assume/issued-key.ts';
import type { AuditEvent } from '../audit/audit-event.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import type { AuditLog, StoreFault } from '../ports.ts';
import { AUDIT, ISSUED } from './tables.ts';
import type { RowWrite, TablestoreRows } from './tablestore-rows.ts';
import { createGroupWriter } from './write-together.ts';

/** Hex digits of the shard: 16 shards keep a busy deployment under a partition's comfortable 1,000 rows a second. */
const SHARD_DIGITS = 1;

function columnName(field: string): string {
  return field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** Field by field as the event's type lists them; a Date becomes ISO 8601, and all else its text. */
function toColumns(
  fields: Readonly<Record<string, string | boolean | Date | undefined>>,
): Record<string, string> {
  const columns: Record<string, string> = {};
  for (const [field, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    columns[columnName(field)] = value instanceof Date ? value.toISOString() : String(value);
  }
  return columns;
}

function auditRow({ requestId, at, ...fields }: AuditEvent): RowWrite {
  const shard = createHash('sha256').update(requestId).digest('hex').slice(0, SHARD_DIGITS);
  return { table: AUDIT, key: [shard, at.toISOString(), requestId], columns: toColumns(fields) };
}

function issuedRow({ accessKeyId, ...fields }: IssuedKey): RowWrite {
  return { table: ISSUED, key: [accessKeyId], columns: toColumns(fields) };
}

export function createAuditLog(rows: Pick<TablestoreRows, 'putRows'>): AuditLog {
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
