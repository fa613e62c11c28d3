// `npm start` as a newcomer's shell starts it: in a process group of its own, with nothing of the test runner's.
import { type ChildProcess, spawn } from 'node:child_process';
import { vi } from 'vitest';
import { familyOf, stillRunning } from './processes.ts';

export const ROOT = new URL('../../', import.meta.url).pathname;
const READY_LINE = /^Stint is up at (http:\S+)\. /m;
/** Between npm's end and that of the last service: start.ts looks once a second whether npm is still there. */
const STOP_LIMIT_MS = 20_000;

/** The test runner's own variables would change how npm and Node.js behave. */
export function shellEnvironment(more: Readonly<Record<string, string>>): Record<string, string> {
  const { PATH = '', HOME = '' } = process.env;
  return { PATH, HOME, ...more };
}

export interface NpmStart {
  readonly pid: number;
  output(): string;
  errors(): string;
  /** The URL of the line that says Stint is up. */
  readonly ready: Promise<string>;
  readonly exitCode: Promise<number | null>;
  /** npm and all that it started, as of now. */
  family(): readonly number[];
  /** A signal to npm alone, or to all of the group as a terminal's Ctrl-C is. */
  signal(signal: NodeJS.Signals, whom: 'npm' | 'group'): void;
  /** Resolves when none of the family runs. */
  stop(): Promise<void>;
}

function collect(child: ChildProcess): { readonly output: () => string; readonly errors: () => string } {
  const texts = { output: '', errors: '' };
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    texts.output += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    texts.errors += text;
  });
  return { output: () => texts.output, errors: () => texts.errors };
}

function sendSignal(target: number, signal: NodeJS.Signals): void {
  try {
    process.kill(target, signal);
  } catch {
    // It has ended already.
  }
}

export const untilGone = (pids: readonly number[]): Promise<void> =>
  vi.waitFor(
    () => {
      const left = stillRunning(pids);
      if (left.length > 0) throw new Error(`still running: ${left.join(', ')}`);
    },
    { timeout: STOP_LIMIT_MS, interval: 100 },
  );

export function npmStart(environment: Readonly<Record<string, string>>): NpmStart {
  const child = spawn('npm', ['start'], {
    cwd: ROOT,
    env: shellEnvironment(environment),
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const { pid } = child;
  if (pid === undefined) throw new Error('npm could not be started');
  const { output, errors } = collect(child);
  const exitCode = new Promise<number | null>((resolve) => child.once('close', resolve));
  const ready = new Promise<string>((resolve, reject) => {
    child.stdout.on('data', () => {
      const url = READY_LINE.exec(output())?.[1];
      if (url !== undefined) resolve(url);
    });
    child.once('close', () => reject(new Error(`npm start ended\n${output()}${errors()}`)));
  });
  ready.catch(() => undefined); // a test that expects the start to fail waits for the exit code instead

  /** Also those that have lost their parent by the time of the stop. */
  const seen = new Set<number>();
  const family = (): readonly number[] => {
    const found = familyOf(pid);
    for (const member of found) seen.add(member);
    return found;
  };
  const endWithRunner = (): void => sendSignal(-pid, 'SIGTERM');
  process.once('exit', endWithRunner);
  return {
    pid,
    output,
    errors,
    ready,
    exitCode,
    family,
    signal: (signal, whom) => sendSignal(whom === 'npm' ? pid : -pid, signal),
    async stop() {
      family();
      sendSignal(-pid, 'SIGTERM');
      try {
        await untilGone([...seen]);
      } finally {
        for (const left of stillRunning([...seen])) sendSignal(left, 'SIGKILL');
        process.off('exit', endWithRunner);
      }
    },
  };
}
