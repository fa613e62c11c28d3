// Counters in table `counters`, shared by all instances. Callers that are counted at the same time share one call.
//
// What Tablestore says of increments in BatchWriteRow: they are possible, once for each row (documentation of atomic counters). The
// documentation of RowInBatchWriteRowRequest says that only primary keys are returned, but the functional tests of the Java SDK
// (IncrementRequest.java) check the count that comes back. So nothing here relies on it: where no count comes back, or
// the function's role lacks ots:BatchWriteRow on the table, each counter is increased by a call of its own.
import { err, ok, type Result } from '../../kernel/result.ts';
import type { Counters } from '../../pipeline/limit/counters.ts';
import { type Sharing, shareCalls } from './share-calls.ts';
import { COUNTERS } from './tables.ts';
import { COUNT_UNREADABLE, NO_PERMISSION, type TablestoreFault, toStoreFault } from './tablestore-fault.ts';
import type { Increment, TablestoreRows } from './tablestore-rows.ts';

const SHARING: Sharing<string> = {
  // Tablestore takes 200 rows in a BatchWriteRow.
  maxSize: 200,
  sizeOf: () => 1,
  // A caller that comes alone does not wait for others.
  calls: 1,
  // A count takes some milliseconds: longer waiting would be felt.
  maxWaitMs: 1,
};

const UNCOUNTED: Result<never, TablestoreFault> = err({ code: COUNT_UNREADABLE, requestId: undefined });

/** What makes every batch vain, and not only this one. */
const NO_BATCHES: ReadonlySet<string> = new Set([COUNT_UNREADABLE, NO_PERMISSION]);

type Rows = Pick<TablestoreRows, 'increment' | 'incrementEach'>;
type Counted = Result<number, TablestoreFault>;

/** A count that a batch did not bring is taken by a call of its own. The counter may be too high then, which is safe. */
function createIncrements(rows: Rows): (increments: readonly Increment[]) => Promise<readonly Counted[]> {
  let useBatches = true;
  const alone = ({ key, by }: Increment): Promise<Counted> => rows.increment(COUNTERS, key, by);
  return async (increments) => {
    if (increments.length === 1 || !useBatches) return Promise.all(increments.map(alone));
    const counted = await rows.incrementEach(COUNTERS, increments);
    if (counted.some((one) => !one.ok && NO_BATCHES.has(one.error.code))) useBatches = false;
    return Promise.all(
      increments.map((increment, i) => {
        const own = counted[i];
        return own?.ok ? own : alone(increment);
      }),
    );
  };
}

/** The port to the counters of rate limits. A count may be too high after a repeated call, and is never too low. */
export function createCounters(rows: Rows): Counters {
  const increase = createIncrements(rows);
  const count = shareCalls<string, Counted>(SHARING, async (callers) => {
    // A row may be in a batch once: callers of one counter add up.
    const times = new Map<string, number>();
    for (const counter of callers) times.set(counter, (times.get(counter) ?? 0) + 1);
    const counted = await increase([...times].map(([counter, by]) => ({ key: [counter], by })));
    const counts = new Map([...times.keys()].map((counter, i) => [counter, counted[i] ?? UNCOUNTED]));
    return callers.map((counter) => {
      const left = (times.get(counter) ?? 1) - 1;
      times.set(counter, left);
      const own = counts.get(counter) ?? UNCOUNTED;
      // The last of them has the count, and each one before it one less.
      return own.ok ? ok(own.value - left) : own;
    });
  });
  return {
    async add(counter) {
      const counted = await count(counter);
      return counted.ok ? counted : toStoreFault(counted.error);
    },
  };
}
