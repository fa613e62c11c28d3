// Child processes on a chosen core, and the CPU time and memory that the kernel counts for them.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Linux counts CPU time in ticks of 10 ms on every architecture that Node.js runs on. */
const TICK_MS = 10;
const KIB_PER_MIB = 1024;

/** The function and its floor run on core 0, everything else on core 1; without taskset (macOS) nothing is pinned. */
export const canPin = spawnSync('taskset', ['-c', '0', 'true']).status === 0;

export function pinSelf(core: number): void {
  if (canPin) spawnSync('taskset', ['-a', '-c', '-p', String(core), String(process.pid)]);
}

export function startOnCore(
  core: number,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  cwd?: string,
): ChildProcess {
  const command = [process.execPath, '--no-deprecation', ...args];
  const [program = '', ...rest] = canPin ? ['taskset', '-c', String(core), ...command] : command;
  const child = spawn(program, rest, { env, cwd, stdio: ['ignore', 'ignore', 'inherit'] });
  const endWithUs = () => child.kill('SIGKILL');
  process.once('exit', endWithUs);
  child.once('exit', () => process.off('exit', endWithUs));
  return child;
}

export async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
}

/** User and system time of the whole process; undefined where there is no /proc. */
export function cpuMillis({ pid }: ChildProcess): number | undefined {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /, '')
      .split(' ');
    return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
  } catch {
    return undefined;
  }
}

/** Undefined where there is no /proc. */
export function residentMiB({ pid }: ChildProcess): number | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / KIB_PER_MIB;
  } catch {
    return undefined;
  }
}
