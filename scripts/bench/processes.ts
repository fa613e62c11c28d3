// Child processes on a chosen core, and the CPU time and memory that the kernel counts for them.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

const NANOS_PER_MICRO = 1_000;
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

/** CPU time that the process has had, in µs, all threads together. Undefined where there is no /proc. */
export function cpuMicros({ pid }: ChildProcess): number | undefined {
  const threads = `/proc/${pid}/task`;
  try {
    // The first number of schedstat is in ns; `stat` counts ticks of 10 ms, in which a round of a measurement has few.
    const nanos = readdirSync(threads).map((thread) =>
      Number(readFileSync(`${threads}/${thread}/schedstat`, 'utf8').split(' ')[0]),
    );
    return nanos.reduce((sum, one) => sum + one, 0) / NANOS_PER_MICRO;
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
