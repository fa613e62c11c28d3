// Rows of concurrent requests in one BatchWriteRow: each caller still waits until its own row is durable, and many
// share the cost of one call.
import type { Result } from '../../kernel/result.ts';
import type { TablestoreFault } from './tablestore-fault.ts';
import type { RowWrite, TablestoreRows } from './tablestore-rows.ts';

/** Tablestore takes 200 rows in a BatchWriteRow. */
const MAX_ROWS = 200;
/** Two, so that one slow call does not hold up everybody; more would make the batches small. */
const MAX_CALLS = 2;

type Written = Result<void, TablestoreFault>;

interface Waiting {
  readonly write: RowWrite;
  readonly settle: (written: Written) => void;
  readonly fail: (bug: unknown) => void;
}

export function createGroupWriter(
  rows: Pick<TablestoreRows, 'putRows'>,
): (write: RowWrite) => Promise<Written> {
  let waiting: Waiting[] = [];
  let calls = 0;

  const flush = async (): Promise<void> => {
    if (calls === MAX_CALLS || waiting.length === 0) return;
    calls += 1;
    const batch = waiting.slice(0, MAX_ROWS);
    waiting = waiting.slice(MAX_ROWS);
    try {
      const written = await rows.putRows(batch.map(({ write }) => write));
      for (const { settle } of batch) settle(written);
    } catch (bug) {
      for (const { fail } of batch) fail(bug); // nobody may wait for ever
    } finally {
      calls -= 1;
    }
    await flush();
  };

  return (write) =>
    new Promise((settle, fail) => {
      waiting.push({ write, settle, fail });
      setImmediate(() => flush().catch(fail)); // after this turn, so that requests that came together go together
    });
}
