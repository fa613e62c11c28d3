// The row with the operators' last flushes. It stands beside the head, so that both are read in one call, and is a row of its
// own, so that neither an apply nor a flush can undo the other.
import * as z from 'zod';
import { type Flushes, NEVER_FLUSHED } from '../../kernel/flushes.ts';
import { err, ok, type Result } from '../../kernel/result.ts';
import { FLUSH_KEY } from './catalog-keys.ts';
import { CATALOG } from './tables.ts';
import type { TablestoreFault } from './tablestore-fault.ts';
import type { Row, TablestoreRows } from './tablestore-rows.ts';

const Count = z
  .string()
  .regex(/^\d{1,15}$/)
  .transform(Number);
const Columns = z.object({ caches: Count, sign_ins: Count });

/** Undefined if the row cannot be read. A missing row is not a fault: nothing was ever flushed. */
export function toFlushes(row: Row | undefined): Flushes | undefined {
  if (!row) return NEVER_FLUSHED;
  const { data } = Columns.safeParse(row.columns);
  return data && { caches: data.caches, signIns: data.sign_ins };
}

export interface FlushOrder {
  /** Also ends the sessions of all people. */
  readonly signIns: boolean;
  readonly flushedBy: string;
  readonly now: Date;
}

/** After a conflict with another flush the row is read and written again. */
const ATTEMPTS = 5;

/** Grows also where the row was lost or a clock is behind. */
const next = (before: number, now: Date): number => Math.max(before + 1, now.getTime());

async function attempt(
  rows: TablestoreRows,
  { signIns, flushedBy, now }: FlushOrder,
): Promise<Result<'written' | 'conflict', TablestoreFault>> {
  const found = await rows.getRows(CATALOG, [FLUSH_KEY]);
  if (!found.ok) return found;
  const [row] = found.value;
  const before = toFlushes(row);
  if (!before) return err({ code: 'FlushUnreadable', requestId: undefined });
  const at = next(Math.max(before.caches, before.signIns), now);
  const columns = {
    caches: String(at),
    sign_ins: String(signIns ? at : before.signIns),
    flushed_at: now.toISOString(),
    flushed_by: flushedBy,
  };
  const expected = row ? { column: 'caches', value: String(before.caches) } : 'absent';
  return rows.putRowIf({ table: CATALOG, key: FLUSH_KEY, columns }, expected);
}

/** Flushes all caches, and with `signIns` ends all sessions. `FlushConflict`: other flushes came first each time. */
export async function writeFlush(
  rows: TablestoreRows,
  order: FlushOrder,
): Promise<Result<void, TablestoreFault>> {
  for (let i = 0; i < ATTEMPTS; i++) {
    const written = await attempt(rows, order);
    if (!written.ok) return written;
    if (written.value === 'written') return ok(undefined);
  }
  return err({ code: 'FlushConflict', requestId: undefined });
}
