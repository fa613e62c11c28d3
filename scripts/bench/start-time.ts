// From spawning a process to its first good answer, the median of several runs.
import type { ChildProcess } from 'node:child_process';
import { request } from 'node:http';
import { median } from './median.ts';
import { stop } from './processes.ts';

const RUNS = 11;
const BETWEEN_TRIES_MS = 1;

export interface Start {
  readonly spawn: () => ChildProcess;
  readonly port: number;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

function ask({ port, path, headers, body }: Start): Promise<number | undefined> {
  return new Promise((resolve) => {
    const options = { host: '127.0.0.1', port, path, method: 'POST', headers, agent: false as const };
    const sent = request(options, (response) => {
      response.resume().once('end', () => resolve(response.statusCode));
    });
    sent.once('error', () => resolve(undefined)).end(body);
  });
}

async function millisOf(start: Start): Promise<number> {
  const startedAt = performance.now();
  const child = start.spawn();
  try {
    for (;;) {
      const status = await ask(start);
      if (status === 200) return performance.now() - startedAt;
      if (status !== undefined) throw new Error(`start: the first answer has status ${status}`);
      if (child.exitCode !== null) throw new Error('start: the process ended');
      await new Promise((resolve) => setTimeout(resolve, BETWEEN_TRIES_MS));
    }
  } finally {
    await stop(child);
  }
}

/** ms, each. The runs alternate, so that a slow moment of the machine falls on both. */
export async function compareStarts(
  subject: Start,
  floor: Start,
): Promise<{ subject: number; floor: number }> {
  const times = { subject: [] as number[], floor: [] as number[] };
  for (let run = 0; run < RUNS; run += 1) {
    times.floor.push(await millisOf(floor));
    times.subject.push(await millisOf(subject));
  }
  return { subject: median(times.subject), floor: median(times.floor) };
}
