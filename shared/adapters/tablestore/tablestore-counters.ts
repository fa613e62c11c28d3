// Counters in table `counters`, shared by all instances.
import type { Counters } from '../../pipeline/limit/counters.ts';
import { COUNTERS } from './tables.ts';
import { toStoreFault } from './tablestore-fault.ts';
import type { TablestoreRows } from './tablestore-rows.ts';

/** The port to the counters of rate limits. A count may be too high after a repeated call, and is never too low. */
export const createCounters = (rows: Pick<TablestoreRows, 'increment'>): Counters => ({
  async add(counter) {
    const count = await rows.increment(COUNTERS, [counter]);
    return count.ok ? count : toStoreFault(count.error);
  },
});
