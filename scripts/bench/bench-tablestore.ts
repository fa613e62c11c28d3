// A local Tablestore of its own for one part of the benchmark, with its tables, reached over HTTP as functions reach it.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CloudCaller } from '../../local/iam/identity.ts';
import { startTablestore } from '../../local/tablestore/server.ts';
import { createTables } from '../../shared/adapters/tablestore/create-tables.ts';
import type { RowWrite, TablestoreRows } from '../../shared/adapters/tablestore/tablestore-rows.ts';
import { BENCH_INSTANCE, BENCH_SECRET, openBenchRows } from './open-bench-rows.ts';

/** Rows that BatchWriteRow takes. */
const BATCH = 200;
const PARALLEL = 4;

const everyone: CloudCaller = {
  accountId: '1',
  arn: 'acs:ram::1:root',
  accessKeyId: 'LTAIbench',
  accessKeySecret: BENCH_SECRET,
  may: () => true,
};

/** Runs `work` on a new instance, and removes it. */
export async function withTablestore<T>(
  work: (rows: TablestoreRows, endpoint: string) => Promise<T>,
): Promise<T> {
  const dataDir = mkdtempSync(join(tmpdir(), 'stint-bench-tables-'));
  const callers = { find: () => ({ kind: 'found', caller: everyone }) as const };
  const server = await startTablestore({ dataDir, instance: BENCH_INSTANCE, callers });
  try {
    const { sdk, rows } = openBenchRows(server.url);
    await createTables(sdk);
    return await work(rows, server.url);
  } finally {
    await server.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

/** Writes the rows of the numbers from `from` to before `to`. */
export async function fillRows(
  rows: TablestoreRows,
  from: number,
  to: number,
  rowOf: (i: number) => RowWrite,
): Promise<void> {
  let next = from;
  const work = async (): Promise<void> => {
    while (next < to) {
      const first = next;
      next = Math.min(first + BATCH, to);
      const written = await rows.putRows(Array.from({ length: next - first }, (_, i) => rowOf(first + i)));
      if (!written.ok) throw new Error(`the rows could not be written: ${written.error.code}`);
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, work));
}
