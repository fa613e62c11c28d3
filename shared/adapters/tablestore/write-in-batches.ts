// Writes and deletes many rows in batches that Tablestore accepts, a few at a time.
import { ok, type Result } from '../../kernel/result.ts';
import type { TablestoreFault } from './tablestore-fault.ts';
import type { RowWrite, Table, TablestoreRows } from './tablestore-rows.ts';

/** Tablestore accepts 200 rows and 4 MB a batch; smaller ones stay within one attempt's deadline. */
const BATCH_ROWS = 200;
const BATCH_BYTES = 1_000_000;
const CONCURRENT_BATCHES = 4;

type Done = Result<void, TablestoreFault>;

const sizeOf = ({ key, columns }: RowWrite): number => Buffer.byteLength(JSON.stringify([key, columns]));

/** Cuts items into batches of at most 200 rows and 1 MB. */
export function* toBatches<T>(items: Iterable<T>, sizeOfItem: (item: T) => number): Generator<readonly T[]> {
  let batch: T[] = [];
  let bytes = 0;
  for (const item of items) {
    const size = sizeOfItem(item);
    if (batch.length === BATCH_ROWS || (batch.length > 0 && bytes + size > BATCH_BYTES)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(item);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}

/** Stops at the first fault, but answers only when nothing is under way any more. Batches are made as they are taken. */
async function eachBatch<T>(
  batches: Generator<readonly T[]>,
  send: (batch: readonly T[]) => Promise<Done>,
): Promise<Done> {
  let outcome: Done = ok(undefined);
  const work = async () => {
    while (outcome.ok) {
      const next = batches.next();
      if (next.done) return;
      const done = await send(next.value);
      if (!done.ok) outcome = done;
    }
  };
  await Promise.all(Array.from({ length: CONCURRENT_BATCHES }, work));
  return outcome;
}

/** Puts rows that are made while they are written. After a fault some of them are written. */
export function putInBatches(
  rows: TablestoreRows,
  writes: Iterable<RowWrite>,
  onWritten: (count: number) => void,
): Promise<Done> {
  return eachBatch(toBatches(writes, sizeOf), async (batch) => {
    const done = await rows.putRows(batch);
    if (done.ok) onWritten(batch.length);
    return done;
  });
}

/** Deletes rows, table by table. After a fault some of them are deleted. */
export async function deleteInBatches(
  rows: Pick<TablestoreRows, 'deleteRows'>,
  doomed: Iterable<Pick<RowWrite, 'table' | 'key'>>,
): Promise<Done> {
  const keys = new Map<Table, RowWrite['key'][]>();
  for (const { table, key } of doomed) {
    const own = keys.get(table);
    if (own) own.push(key);
    else keys.set(table, [key]);
  }
  for (const [table, own] of keys) {
    const done = await eachBatch(
      toBatches(own, () => 0),
      (batch) => rows.deleteRows(table, batch),
    );
    if (!done.ok) return done;
  }
  return ok(undefined);
}
