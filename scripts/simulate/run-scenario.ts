// A process that runs one scenario after another, as its parent asks: a simulation keeps one processor busy.

import type { Figures } from './meter.ts';
import { comparisonsOf } from './scenarios.ts';
import { type Size, simulate } from './simulate.ts';

/** Names a scenario; it has functions, which cannot be sent. */
export interface Task {
  readonly size: Size;
  readonly id: string;
  readonly name: string;
}

/** What the process sends: how far a scenario is, and its outcome. */
export type Report =
  | { readonly kind: 'hour'; readonly hours: number }
  | { readonly kind: 'done'; readonly figures: Figures; readonly megabytes: number };

const KILOBYTES_OF_MEGABYTE = 1000;

async function run({ size, id, name }: Task): Promise<void> {
  const send = (report: Report): void => void process.send?.(report);
  const scenario = comparisonsOf(size).find((comparison) => comparison.id === id)?.scenarios[name];
  if (!scenario) throw new Error(`there is no scenario ${id} ${name}`);
  const figures = await simulate(scenario, (hours) => send({ kind: 'hour', hours }));
  const megabytes = Math.round(process.resourceUsage().maxRSS / KILOBYTES_OF_MEGABYTE);
  send({ kind: 'done', figures, megabytes });
}

process.on('message', (task: Task) => {
  run(task).catch((bug: unknown) => {
    console.error(bug);
    process.exit(1);
  });
});
