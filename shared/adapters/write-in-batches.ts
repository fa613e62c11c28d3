// Writes and deletes many rows in batches that Tablestore accepts, a few at a time.
import { ok, type Result } from '../kernel/result.ts';
import type { TablestoreFault } from './tablestore-fault.ts';
import type { RowWrite, TablestoreRows } from './tablestore-rows.ts';

/** Tablestore accepts 200 rows and 4 MB a batch; smaller ones stay within one attempt's deadline. */
const BATCH_ROWS = 200;
const BATCH_BYTES = 1_000_000;
const CONCURRENT_BATCHES = 4;

type Done = Result<void, TablestoreFault>;

const sizeOf = ({ key, columns }: RowWrite): number => Buffer.byteLength(JSON.stringify([key, columns]));

export function toBatches<T>(
  items: readonly T[],
  sizeOfItem: (item: T) => number,
): readonly (readonly T[])[] {
  const batches: T[][] = [];
  let batch: T[] = [];
  let bytes = 0;
  for (const item of items) {
    const size = sizeOfItem(item);
    if (batch.length === 0 || batch.length === BATCH_ROWS || bytes + size > BATCH_BYTES) {
      batch = [];
      bytes = 0;
      batches.push(batch);
    }
    batch.push(item);
    bytes += size;
  }
  return batches;
}

/** Stops at the first fault, but answers only when nothing is under way any more. */
async function runAll(jobs: readonly (() => Promise<Done>)[]): Promise<Done> {
  const waiting = jobs.values();
  let outcome: Done = ok(undefined);
  const work = async () => {
    for (const job of waiting) {
      const done = await job();
      if (!done.ok) outcome = done;
      if (!outcome.ok) return;
    }
  };
  await Promise.all(Array.from({ length: CONCURRENT_BATCHES }, work));
  return outcome;
}

export function putInBatches(
  rows: TablestoreRows,
  writes: readonly RowWrite[],
  onWritten: (count: number) => void,
): Promise<Done> {
  const jobs = toBatches(writes, sizeOf).map((batch) => async () => {
    const done = await rows.putRows(batch);
    if (done.ok) onWritten(batch.length);
    return done;
  });
  return runAll(jobs);
}

export function deleteInBatches(
  rows: TablestoreRows,
  doomed: readonly Pick<RowWrite, 'table' | 'key'>[],
): Promise<Done> {
  const jobs = [...new Set(doomed.map(({ table }) => table))].flatMap((table) => {
    const keys = doomed.filter((row) => row.table === table).map(({ key }) => key);
    return toBatches(keys, () => 0).map((batch) => () => rows.deleteRows(table, batch));
  });
  return runAll(jobs);
}
