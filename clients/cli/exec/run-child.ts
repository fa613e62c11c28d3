// Runs a program in the place of this one: same terminal, no shell in between, its signals and its exit code passed through.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { showable } from '../../../shared/kernel/showable.ts';
import { systemErrorCode } from '../base/system-error.ts';
import type { Terminal } from '../base/terminal.ts';

/** How the program ended. `signal`: what ended it, if the caller's shell should see the same. */
export interface ChildEnd {
  readonly exitCode: number;
  readonly signal: NodeJS.Signals | undefined;
}

/** POSIX shell, 2.8.2: exit status for commands. */
const NOT_FOUND = 127;
const NOT_EXECUTABLE = 126;
const SIGNALLED = 128;

/** The terminal sends these to its whole foreground group, so to the program as well: a second one would count as a second. */
const OF_THE_KEYBOARD: readonly NodeJS.Signals[] = ['SIGINT', 'SIGQUIT'];
const SENT: readonly NodeJS.Signals[] = ['SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2'];
/** Others write a core file, in which the credentials are. */
const REPEATED: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

const isAtTerminal = (): boolean =>
  [process.stdin, process.stdout, process.stderr].some(({ isTTY }) => isTTY);

/** Windows sends its own kind of signals to both. */
const hasSignals = process.platform !== 'win32';

/** Until the result is called, this process does not end by a signal, but `send` hears of it. */
function passSignals(send: (signal: NodeJS.Signals) => void): () => void {
  const atTerminal = isAtTerminal();
  const passed = hasSignals ? [...OF_THE_KEYBOARD, ...SENT] : [...OF_THE_KEYBOARD.slice(0, 1)];
  const listeners = passed.map((signal) => {
    const isDouble = !hasSignals || (atTerminal && OF_THE_KEYBOARD.includes(signal));
    const listener = (): void => (isDouble ? undefined : send(signal));
    process.on(signal, listener);
    return [signal, listener] as const;
  });
  return () => {
    for (const [signal, listener] of listeners) process.off(signal, listener);
  };
}

function explainStart(command: string, error: unknown, { note }: Terminal): ChildEnd {
  const isMissing = systemErrorCode(error) === 'ENOENT';
  note(`${showable(command)} ${isMissing ? 'is not there: check the name and PATH' : 'cannot be started'}`);
  return { exitCode: isMissing ? NOT_FOUND : NOT_EXECUTABLE, signal: undefined };
}

const endOf = (code: number | null, signal: NodeJS.Signals | null): ChildEnd => ({
  exitCode: code ?? SIGNALLED + (signal === null ? 0 : constants.signals[signal]),
  signal: signal !== null && hasSignals && REPEATED.includes(signal) ? signal : undefined,
});

/** Resolves when the program has ended, or could not start, which is said. */
export async function runChild(
  [command, ...args]: readonly [string, ...string[]],
  env: Terminal['env'],
  terminal: Terminal,
): Promise<ChildEnd> {
  try {
    const child = spawn(command, args, { env, cwd: terminal.folder, stdio: 'inherit' });
    const passNoMore = passSignals((signal) => void child.kill(signal));
    try {
      return await new Promise((resolve, reject) => {
        child.once('error', reject);
        child.once('exit', (code, signal) => resolve(endOf(code, signal)));
      });
    } finally {
      passNoMore();
    }
  } catch (error) {
    return explainStart(command, error, terminal);
  }
}
