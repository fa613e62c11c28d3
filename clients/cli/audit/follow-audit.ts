// The rows that are written from now on, each once, although they do not arrive in the order of their times.
//
// A row carries the time at which the outcome was known, by its writer's clock, and is there later: the write may be repeated,
// and another instance's clock may be behind. A reader that goes on from the last time it saw would miss it. So each look
// begins before the last one, by an overlap, and rows that were shown are left out by their keys.
import {
  type AuditRange,
  type AuditRow,
  readAudit,
} from '../../../shared/adapters/tablestore/audit-reader.ts';
import type { TablestoreFault } from '../../../shared/adapters/tablestore/tablestore-fault.ts';
import type { TablestoreRows } from '../../../shared/adapters/tablestore/tablestore-rows.ts';
import type { Clock } from '../../../shared/kernel/clock.ts';

/** A write is tried for some 8 seconds (tablestore-sdk.ts), and Function Compute keeps its clocks to seconds. */
const OVERLAP_MS = 30_000;
/**
 * Tablestore refuses requests of a clock that is wrong by more than 15 minutes. The writer's may so be 15 minutes behind and the
 * reader's 15 ahead, and no row can be further in the past than that and the time of a write.
 */
const LONG_OVERLAP_MS = 31 * 60_000;
/** Every so many looks the long overlap is read: it may hold many rows, and only clocks that are wrong fill it. */
const LOOKS_A_LONG_ONE = 30;

export interface Following {
  readonly rows: Pick<TablestoreRows, 'getPage'>;
  readonly range: Omit<AuditRange, 'until'>;
  readonly clock: Clock;
  readonly show: (row: AuditRow) => void;
  /** A look that failed; the next one reads what it would have. */
  readonly onFault: (fault: TablestoreFault) => void;
  /** Waits until the next look. False: the reader has seen enough. */
  readonly pause: () => Promise<boolean>;
}

/** Shows every row from `range.since` on, and goes on with new ones until `pause` says that it is enough. */
export async function followAudit({ rows, range, clock, show, onFault, pause }: Following): Promise<void> {
  /** Shown rows that a later look may find again, with their times. */
  const shown = new Map<string, string>();
  /** When the last look that saw everything began. */
  let complete: number | undefined;
  for (let look = 0; ; look++) {
    const startedAt = clock.now().getTime();
    const overlap = look % LOOKS_A_LONG_ONE === 0 ? LONG_OVERLAP_MS : OVERLAP_MS;
    const since =
      complete === undefined ? range.since.getTime() : Math.max(complete - overlap, range.since.getTime());
    forget(shown, new Date((complete ?? startedAt) - LONG_OVERLAP_MS).toISOString());
    let failed = false;
    for await (const read of readAudit(rows, { ...range, since: new Date(since) })) {
      if (!read.ok) {
        failed = true;
        onFault(read.error);
      } else if (!shown.has(read.value.id)) {
        show(read.value);
        shown.set(read.value.id, read.value.at);
      }
    }
    if (!failed) complete = startedAt;
    if (!(await pause())) return;
  }
}

/** No later look begins before `earliest`. */
function forget(shown: Map<string, string>, earliest: string): void {
  for (const [id, at] of shown) if (at < earliest) shown.delete(id);
}
