// What operators wait for where tables are large: the first rows of `stint audit` among 10^6 of the last hour, and a sweep of 10^6
// expired rows, in the memory and the time that the function has.
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import * as z from 'zod';
import { readAudit } from '../../shared/adapters/tablestore/audit-reader.ts';
import { AUDIT, ONCE } from '../../shared/adapters/tablestore/tables.ts';
import { AUDIT_SHARDS } from '../../shared/adapters/tablestore/tablestore-audit-log.ts';
import type { RowWrite, TablestoreRows } from '../../shared/adapters/tablestore/tablestore-rows.ts';
import { BANNER } from '../build/banner.ts';
import { type BenchRow, subjectAtMost } from './bench-row.ts';
import { fillRows, withTablestore } from './bench-tablestore.ts';
import { median } from './median.ts';

const FEW = 1_000;
const MANY = 1_000_000;
const HOUR_MS = 3_600_000;
/** A screen of `stint audit`. */
const FIRST_ROWS = 20;
const READS = 5;
const MOST_FIRST_ROWS_MS = 1_000;
/** Of the function's 256 MB, with room for what the platform needs. */
const MOST_SWEEP_MIB = 200;

function auditRow(i: number, since: number): RowWrite {
  const at = new Date(since + ((i * 7_919) % HOUR_MS)).toISOString();
  const event = { at, action: 'vend', subject: `caller-${i % 1_000}`, provider: 'bench', role: 'uploader' };
  return {
    table: AUDIT,
    key: [AUDIT_SHARDS[i % AUDIT_SHARDS.length] ?? '', at, randomUUID()],
    columns: { outcome: 'granted', event: JSON.stringify(event) },
  };
}

async function firstRowsMillis(rows: TablestoreRows, since: Date): Promise<number> {
  const times: number[] = [];
  for (let read = 0; read < READS; read += 1) {
    const startedAt = performance.now();
    let shown = 0;
    for await (const row of readAudit(rows, { since })) {
      if (!row.ok) throw new Error(`the audit trail could not be read: ${row.error.code}`);
      shown += 1;
      if (shown === FIRST_ROWS) break;
    }
    times.push(performance.now() - startedAt);
  }
  return median(times);
}

const benchAudit = (): Promise<BenchRow> =>
  withTablestore(async (rows) => {
    const since = Date.now() - HOUR_MS;
    const rowOf = (i: number) => auditRow(i, since);
    await fillRows(rows, 0, FEW, rowOf);
    const floor = await firstRowsMillis(rows, new Date(since));
    await fillRows(rows, FEW, MANY, rowOf);
    const subject = await firstRowsMillis(rows, new Date(since));
    const what = `the first ${FIRST_ROWS} of 10^6 audit rows of the last hour (floor: of ${FEW})`;
    return subjectAtMost(MOST_FIRST_ROWS_MS, { what, subject, floor, show: (ms) => `${ms.toFixed(0)} ms` });
  });

const SweepRun = z.object({ deleted: z.number(), isFinished: z.boolean(), peakMiB: z.number() });

/** Bundled as the function is: without a bundle, the loader of TypeScript would be most of the memory. */
const bundleRun = (outfile: string) =>
  build({
    entryPoints: [fileURLToPath(new URL('sweep-run.ts', import.meta.url))],
    outfile,
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    banner: { js: BANNER },
  });

async function runSweep(file: string, endpoint: string) {
  const { stdout } = await promisify(execFile)(process.execPath, ['--no-deprecation', file, endpoint]);
  return SweepRun.parse(JSON.parse(stdout));
}

const expiredRow = (i: number): RowWrite => ({
  table: ONCE,
  key: [`bench${i.toString(36).padStart(8, '0')}`],
  columns: { expires_at: '2020-01-01T00:00:00.000Z' },
});

const benchSweep = (folder: string): Promise<BenchRow> =>
  withTablestore(async (rows, endpoint) => {
    const file = join(folder, 'sweep-run.cjs');
    await bundleRun(file);
    const idle = await runSweep(file, endpoint);
    await fillRows(rows, 0, MANY, expiredRow);
    const startedAt = performance.now();
    const run = await runSweep(file, endpoint);
    const seconds = (performance.now() - startedAt) / 1000;
    const done = run.isFinished ? 'all' : 'then its time was over; the next run goes on';
    return subjectAtMost(MOST_SWEEP_MIB, {
      what: 'memory of a sweep of 10^6 expired rows, at most (floor: of none)',
      subject: run.peakMiB,
      floor: idle.peakMiB,
      show: (mib) => `${mib.toFixed(0)} MiB`,
      more: `${run.deleted.toLocaleString('en')} rows in ${seconds.toFixed(0)} s, ${done}`,
    });
  });

/** `folder`: for what is bundled. */
export const benchOperations = async (folder: string): Promise<readonly BenchRow[]> => [
  await benchAudit(),
  await benchSweep(folder),
];
