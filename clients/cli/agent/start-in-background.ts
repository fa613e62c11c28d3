// Starts the agent as a process of its own, which goes on when this command ends: `eval "$(stint agent … --export)"` waits for
// this command. Until programs can ask, its messages are this command's; afterwards they are lost.
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import { type CommandFault, EXIT } from '../base/command-fault.ts';
import type { Terminal } from '../base/terminal.ts';

export interface BackgroundAgent {
  readonly pid: number;
  /** What the agent printed, line by line. */
  readonly lines: readonly string[];
}

type Child = ChildProcessByStdio<null, Readable, Readable>;

/** The command line of this process, without the words that only it is for. */
function startAlone(without: string, { env, folder }: Terminal): Child {
  const [program = '', ...args] = process.argv;
  const words = args.filter((word) => word !== without);
  return spawn(program, [...process.execArgv, ...words], {
    cwd: folder,
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** Resolves when the output ends with this line, or ends without it. */
function readUntil(child: Child, lastLine: string): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (piece: string) => {
      text += piece;
      if (text.endsWith(`${lastLine}\n`)) resolve(text);
    });
    child.stdout.once('end', () => resolve(text));
  });
}

/** Lets this command end while the agent runs. */
function letGo(child: Child): void {
  child.stdout.destroy();
  child.stderr.destroy();
  child.unref();
}

const exitCodeOf = (code: unknown): CommandFault['exitCode'] =>
  Object.values(EXIT).find((known) => known !== EXIT.ok && known === code) ?? EXIT.service;

/**
 * Runs the command line of this process again, without the word `without`. `lastLineOf` gives the line with which a process of
 * that id ends what it prints. Fails as the agent does when it ends before that.
 */
export async function startInBackground(
  without: string,
  lastLineOf: (pid: number) => string,
  terminal: Terminal,
): Promise<Result<BackgroundAgent, CommandFault>> {
  const child = startAlone(without, terminal);
  const ended = once(child, 'close').catch(() => [undefined]);
  const { pid = 0 } = child;
  let notes = '';
  child.stderr.setEncoding('utf8').on('data', (piece: string) => {
    notes += piece;
  });
  const text = await readUntil(child, lastLineOf(pid));
  if (text.endsWith(`${lastLineOf(pid)}\n`)) {
    letGo(child);
    return ok({ pid, lines: text.trimEnd().split('\n') });
  }
  const [code] = await ended;
  return err({ message: notes.trimEnd() || 'the agent cannot be started', exitCode: exitCodeOf(code) });
}
