// Keeps one instance of a function for its requests, starts another after a crash, and bounds how many run at once.
import { setTimeout as sleep } from 'node:timers/promises';
import { type FunctionProcess, startFunctionProcess } from './function-process.ts';
import type { FunctionSpec } from './read-deployment.ts';

/** Function Compute would start more instances; here a burst waits, and a flood is refused. */
const MAX_WAITING = 1000;
/** A dying process closes its connections first; its end is known this much later at the latest. */
const EXIT_NOTICE_MS = 1000;

export interface FunctionRunner {
  readonly spec: FunctionSpec;
  /** The instance's port; starts an instance where none runs. */
  port(): Promise<number>;
  /** After a broken connection: returns once the instance's end is known, so that nothing more goes to a dead one. */
  awaitExit(): Promise<void>;
  /** False: too many are waiting. Every true needs one `leave`. */
  enter(): Promise<boolean>;
  leave(): void;
  /** Writes a line of the gateway's own into the function's log. */
  note(line: string): void;
  close(): Promise<void>;
}

/** At most `limit` enter at a time; the others wait in turn. */
function createSlots(limit: number): Pick<FunctionRunner, 'enter' | 'leave'> {
  let running = 0;
  const waiting: (() => void)[] = [];
  return {
    async enter() {
      if (running < limit) {
        running++;
        return true;
      }
      if (waiting.length >= MAX_WAITING) return false;
      await new Promise<void>((resolve) => waiting.push(resolve));
      return true;
    },
    leave() {
      const next = waiting.shift();
      if (next === undefined) running--;
      else next();
    },
  };
}

/** Starts nothing yet: the first `port` does. */
export function createFunctionRunner(
  spec: FunctionSpec,
  accountId: string,
  onLine: (line: string) => void,
): FunctionRunner {
  let instance: Promise<FunctionProcess> | undefined;
  let closed = false;

  const note = (line: string): void => onLine(`[gateway] ${line}`);
  const forget = (reason: string): void => {
    instance = undefined;
    if (!closed) note(`the instance ended (${reason}); the next request starts another`);
  };
  const start = (): Promise<FunctionProcess> => {
    const starting = startFunctionProcess(spec, accountId, onLine);
    starting.then(
      (started) => started.exited.then(forget),
      (error: unknown) => forget(String(error)),
    );
    return starting;
  };

  return {
    spec,
    ...createSlots(spec.instanceConcurrency),
    async port() {
      if (closed) throw new Error(`${spec.functionName} is stopped`);
      instance ??= start();
      return (await instance).port;
    },
    async awaitExit() {
      const current = await instance?.catch(() => undefined);
      await Promise.race([current?.exited, sleep(EXIT_NOTICE_MS, undefined, { ref: false })]);
    },
    note,
    async close() {
      closed = true;
      const started = await instance?.catch(() => undefined);
      await started?.stop();
    },
  };
}
