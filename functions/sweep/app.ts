// The sweep app: Function Compute calls POST /invoke by its timer (help: "Custom runtime", event functions). It has no HTTP
// trigger and no route of the domain, so no other caller reaches it.
import { Hono } from 'hono';
import { describeBug } from '../../shared/http/describe-bug.ts';
import type { Clock } from '../../shared/kernel/clock.ts';
import type { Logger } from '../../shared/kernel/logger.ts';
import type { Result } from '../../shared/kernel/result.ts';
import type { StoreFault } from '../../shared/kernel/store-fault.ts';

/**
 * Well under the timeout of the function in s.yaml, 600 seconds: the last page and its deletes must end before it. What is
 * left over, the next run does.
 */
export const RUN_MS = 480_000;

interface SweptTable {
  readonly name: string;
  readonly read: number;
  readonly deleted: number;
  /** Left as they are. */
  readonly unreadable: number;
}

export interface SweepDeps {
  /** Deletes until all is done or `until` has passed. */
  deleteExpired(
    until: Date,
  ): Promise<Result<{ readonly rows: readonly SweptTable[]; readonly isFinished: boolean }, StoreFault>>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Whether it was done. One line of the log for each table, and one for a fault. */
async function sweep({ deleteExpired, clock, logger }: SweepDeps): Promise<boolean> {
  const swept = await deleteExpired(new Date(clock.now().getTime() + RUN_MS));
  if (!swept.ok) {
    logger.log('error', 'sweep-failed', { cause: swept.error.cause });
    return false;
  }
  for (const { name, read, deleted, unreadable } of swept.value.rows)
    logger.log(unreadable > 0 ? 'warn' : 'info', 'sweep-rows', { name, read, deleted, unreadable });
  if (!swept.value.isFinished) logger.log('info', 'sweep-unfinished', {});
  return true;
}

/** An answer other than 200 counts as an error of the function in the platform's metrics. */
export function createSweepApp(deps: SweepDeps): Hono {
  const app = new Hono();
  app.post('/invoke', async (c) => {
    const isDone = await sweep(deps);
    return c.json({ done: isDone }, isDone ? 200 : 500);
  });
  app.onError((error, c) => {
    deps.logger.log('error', 'bug', describeBug(error));
    return c.json({ done: false }, 500);
  });
  return app;
}
