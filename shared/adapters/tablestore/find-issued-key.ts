// Whose key it is: the row of an AccessKeyId in table `issued`, and the audit row of the request that it was issued for.
import * as z from 'zod';
import { readJson } from '../../kernel/read-json.ts';
import { err, ok, type Result } from '../../kernel/result.ts';
import { type AuditRow, readAudit } from './audit-reader.ts';
import { ISSUED } from './tables.ts';
import type { TablestoreFault } from './tablestore-fault.ts';
import type { TablestoreRows } from './tablestore-rows.ts';

const Time = z.iso.datetime().transform((text) => new Date(text));

const IssuedRow = z.object({
  accessKeyId: z.string(),
  requestId: z.string(),
  issuedAt: Time,
  expiresAt: Time,
  provider: z.string(),
  subject: z.string(),
  role: z.string(),
  roleArn: z.string(),
  grant: z.string(),
  sessionName: z.string(),
  stsRequestId: z.string(),
  hubRoleArn: z.string().optional(),
});
export type IssuedRow = z.infer<typeof IssuedRow>;

type Rows = Pick<TablestoreRows, 'getRows' | 'getPage'>;

/** Undefined: this deployment issued no such key. `IssuedUnreadable`: the row is damaged. */
export async function findIssuedKey(
  rows: Rows,
  accessKeyId: string,
): Promise<Result<IssuedRow | undefined, TablestoreFault>> {
  const found = await rows.getRows(ISSUED, [[accessKeyId]]);
  if (!found.ok) return found;
  const [row] = found.value;
  if (!row) return ok(undefined);
  const issued = readJson(IssuedRow, row.columns['event']);
  return issued ? ok(issued) : err({ code: 'IssuedUnreadable', requestId: undefined });
}

/** The audit row is written after the key is registered; a write is tried for some 8 seconds, and clocks differ by less. */
const BEFORE_MS = 5_000;
const AFTER_MS = 60_000;

/** The audit row of the request that the key was issued for; undefined if it has none, as after a crash. */
export async function findIssuingRow(
  rows: Rows,
  { requestId, issuedAt }: IssuedRow,
): Promise<Result<AuditRow | undefined, TablestoreFault>> {
  const range = {
    since: new Date(issuedAt.getTime() - BEFORE_MS),
    until: new Date(issuedAt.getTime() + AFTER_MS),
  };
  for await (const read of readAudit(rows, range)) {
    if (!read.ok) return read;
    if (read.value.request === requestId) return ok(read.value);
  }
  return ok(undefined);
}
