// Counters in table `counters`, shared by all instances.
import { err } from '../../kernel/result.ts';
import type { Counters } from '../../pipeline/limit/counters.ts';
import { COUNTERS } from './tables.ts';
import type { TablestoreRows } from './tablestore-rows.ts';

export const createCounters = (rows: Pick<TablestoreRows, 'increment'>): Counters => ({
  async add(counter) {
    const count = await rows.increment(COUNTERS, [counter]);
    return count.ok ? count : err({ reason: 'store-failed', cause: count.error.code });
  },
});
