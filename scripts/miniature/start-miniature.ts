// Starts the miniature world in a process of its own; it ends with this one.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Miniature } from './miniature.ts';

const WORLD = join(dirname(fileURLToPath(import.meta.url)), 'world.ts');

export async function startMiniature(): Promise<{ child: ChildProcess; world: Miniature }> {
  const env = { PATH: process.env['PATH'] ?? '' };
  const execArgv = ['--no-deprecation', '--import', 'tsx'];
  const child = fork(WORLD, { execArgv, env, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const [world] = await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(() => Promise.reject(new Error('the miniature world did not start'))),
  ]);
  return { child, world };
}
