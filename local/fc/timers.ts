// Timer triggers: the function is called at POST /invoke, in the interval of the trigger and once at the start, so that the local
// cloud shows what the function does without an hour's wait.
//
// https://www.alibabacloud.com/help/en/functioncompute/fc-3-0/user-guide/time-triggers
import { randomUUID } from 'node:crypto';
import type { FunctionRunner } from './function-runner.ts';
import { platformHeaders, type RoleSession } from './platform-headers.ts';
import type { FunctionSpec } from './read-deployment.ts';

const EVERY = /^@every (\d{1,5})m$/;
const MINUTE_MS = 60_000;

type TimerTrigger = Extract<FunctionSpec['triggers'][number], { triggerType: 'timer' }>;

export interface TimedFunction {
  readonly runner: FunctionRunner;
  readonly accountId: string;
  readonly session: () => Promise<RoleSession>;
}

/** In ms. Throws for the other form, a cron expression of six fields. */
export function intervalOf(cronExpression: string): number {
  const [, minutes] = EVERY.exec(cronExpression) ?? [];
  if (minutes === undefined || Number(minutes) === 0)
    throw new Error(`the local timers know “@every 60m”, and not “${cronExpression}”`);
  return Number(minutes) * MINUTE_MS;
}

/** Whatever the function answers is in its own log; a call that could not be made is noted there. */
async function call({ runner, accountId, session }: TimedFunction, trigger: TimerTrigger): Promise<void> {
  const { triggerName, triggerConfig } = trigger;
  if (!(await runner.enter())) return;
  try {
    const invocation = { requestId: randomUUID(), accountId, session: await session() };
    const answer = await fetch(`http://127.0.0.1:${await runner.port()}/invoke`, {
      method: 'POST',
      headers: {
        'content-type': 'application/octet-stream',
        ...platformHeaders(runner.spec, invocation, '/invoke'),
      },
      body: JSON.stringify({
        triggerTime: new Date().toISOString(),
        triggerName,
        payload: triggerConfig.payload,
      }),
      signal: AbortSignal.timeout(runner.spec.timeout * 1000),
    });
    await answer.arrayBuffer();
    if (!answer.ok) runner.note(`timer ${triggerName}: the function answered ${answer.status}`);
  } catch (error) {
    runner.note(`timer ${triggerName}: the function was not called: ${String(error)}`);
  } finally {
    runner.leave();
  }
}

/** Starts every timer that is enabled; the result stops them. A call that is under way ends with its function. */
export function startTimers(functions: Iterable<TimedFunction>): () => void {
  const timers: NodeJS.Timeout[] = [];
  for (const timed of functions)
    for (const trigger of timed.runner.spec.triggers) {
      if (trigger.triggerType !== 'timer' || !trigger.triggerConfig.enable) continue;
      const interval = intervalOf(trigger.triggerConfig.cronExpression);
      const fire = () => void call(timed, trigger);
      timers.push(setInterval(fire, interval).unref());
      fire();
    }
  return () => {
    for (const timer of timers) clearInterval(timer);
  };
}
