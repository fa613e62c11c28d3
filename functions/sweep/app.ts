// The sweep app: Function Compute calls POST /invoke by its timer (help: "Custom runtime", event functions). It has no HTTP
// trigger and no route of the domain, so no other caller reaches it.
//
// Its parts are on their own: one that fails, or has a bug, keeps no other from running.
import { Hono } from 'hono';
import { type CheckFinding, FINDING_KINDS } from '../../shared/checks/finding.ts';
import { describeBug } from '../../shared/http/describe-bug.ts';
import type { Clock } from '../../shared/kernel/clock.ts';
import type { Logger } from '../../shared/kernel/logger.ts';
import type { Result } from '../../shared/kernel/result.ts';
import type { StoreFault } from '../../shared/kernel/store-fault.ts';

/**
 * From the start of a run: deletes end then, and the checks a little later. Both are well under the timeout of the function in
 * s.yaml, 600 seconds: the last page, and the last call of a check, must end before it. What is left over, the next run does.
 */
export const RUN_MS = 480_000;
export const CHECKS_MS = 540_000;

interface SweptTable {
  readonly name: string;
  readonly read: number;
  readonly deleted: number;
  /** Left as they are. */
  readonly unreadable: number;
}

interface FailedTable {
  readonly name: string;
  readonly cause: string;
}

interface SweptRevisions {
  readonly revisions: number;
  readonly deleted: number;
  readonly isFinished: boolean;
}

export interface SweepDeps {
  /** Deletes until all is done or `until` has passed. A fault of one kind of rows keeps no other from being deleted. */
  deleteExpired(until: Date): Promise<{
    readonly rows: readonly SweptTable[];
    readonly failed: readonly FailedTable[];
    readonly isFinished: boolean;
  }>;
  deleteOldRevisions(until: Date): Promise<Result<SweptRevisions, StoreFault>>;
  /** Sends requests as a caller does. Undefined: no probe is configured. */
  readonly probe: (() => Promise<readonly CheckFinding[]>) | undefined;
  findDrift(isOver: () => boolean): Promise<readonly CheckFinding[]>;
  /** Of SAML identity providers' metadata. */
  findMetadataFaults(): Promise<readonly CheckFinding[]>;
  readonly clock: Clock;
  readonly logger: Logger;
}

type Log = Logger['log'];

async function deleteRows({ deleteExpired }: SweepDeps, log: Log, until: Date): Promise<boolean> {
  const { rows, failed, isFinished } = await deleteExpired(until);
  for (const { name, read, deleted, unreadable } of rows)
    log(unreadable > 0 ? 'warn' : 'info', 'sweep-rows', { name, read, deleted, unreadable });
  for (const { name, cause } of failed) log('error', 'sweep-failed', { name, cause });
  if (!isFinished) log('info', 'sweep-unfinished', {});
  return failed.length === 0;
}

async function deleteRevisions({ deleteOldRevisions }: SweepDeps, log: Log, until: Date): Promise<boolean> {
  const swept = await deleteOldRevisions(until);
  if (!swept.ok) {
    log('error', 'sweep-failed', { name: 'revisions', cause: swept.error.cause });
    return false;
  }
  const { revisions, deleted, isFinished } = swept.value;
  if (revisions > 0) log('info', 'sweep-revisions', { revisions, deleted });
  if (!isFinished) log('info', 'sweep-unfinished', {});
  return true;
}

function logFindings(findings: readonly CheckFinding[], log: Log): boolean {
  for (const { name, subject, detail } of findings) {
    const { severity } = FINDING_KINDS[name];
    log(severity === 'error' ? 'error' : 'warn', 'finding', { name, severity, subject, detail });
  }
  return true;
}

/** Whether every part was done. A finding is no failure of the sweep. */
async function sweep(deps: SweepDeps): Promise<boolean> {
  const { clock, logger, probe } = deps;
  const log: Log = (...line) => logger.log(...line);
  const start = clock.now().getTime();
  const [until, checksUntil] = [new Date(start + RUN_MS), new Date(start + CHECKS_MS)];
  const parts: readonly (() => Promise<boolean>)[] = [
    () => deleteRows(deps, log, until),
    () => deleteRevisions(deps, log, until),
    async () => logFindings(probe ? await probe() : [], log),
    async () => logFindings(await deps.findMetadataFaults(), log),
    async () => logFindings(await deps.findDrift(() => clock.now() >= checksUntil), log),
  ];
  let isDone = true;
  for (const part of parts) {
    const partIsDone = await part().catch((error: unknown) => {
      log('error', 'bug', describeBug(error));
      return false;
    });
    isDone &&= partIsDone;
  }
  log('info', 'sweep-ended', { done: Number(isDone) });
  return isDone;
}

/** An answer other than 200 counts as an error of the function in the platform's metrics. */
export function createSweepApp(deps: SweepDeps): Hono {
  const app = new Hono();
  app.post('/invoke', async (c) => {
    const isDone = await sweep(deps);
    return c.json({ done: isDone }, isDone ? 200 : 500);
  });
  return app;
}
