// One run of what the function sweep does about expired rows, in a process of its own: sweep-run ENDPOINT. Prints how many rows it
// deleted, and the memory that it needed at most.
import { createDeleteExpired } from '../../shared/adapters/tablestore/delete-expired.ts';
import { openBenchRows } from './open-bench-rows.ts';

/** As functions/sweep/app.ts ends a run. */
const RUN_MS = 480_000;

const KIB_PER_MIB = 1_024;

const now = (): Date => new Date();
async function main(): Promise<void> {
  const { rows } = openBenchRows(process.argv[2] ?? '');
  const swept = await createDeleteExpired(rows, { now })(new Date(Date.now() + RUN_MS));
  if (swept.failed.length > 0) throw new Error(JSON.stringify(swept.failed));
  const deleted = swept.rows.reduce((sum, kind) => sum + kind.deleted, 0);
  const peakMiB = process.resourceUsage().maxRSS / KIB_PER_MIB;
  process.stdout.write(JSON.stringify({ deleted, isFinished: swept.isFinished, peakMiB }));
}

void main();
