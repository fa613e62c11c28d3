// What a command may use of the machine: its output, environment, folder, keychain, and the person in front of it.
import { type Keychain, openKeychain } from './keychain.ts';

/** What a command is told by the way that it was started. */
export interface TerminalContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The current folder; paths of the command line are relative to it. */
  readonly folder: string;
}

export interface Terminal extends TerminalContext {
  /** Prints a result, to standard output. */
  out(text: string): void;
  /** Prints anything else, to standard error. */
  note(text: string): void;
  /** Columns of the window. Absent where the output goes into a file or another program. */
  readonly width?: number;
  /** Gives the person's answer, one line. Absent where no person can answer. */
  ask?(question: string): Promise<string>;
  /** The same, without showing what the person types. */
  askHidden?(question: string): Promise<string>;
  /** The standard input, cut where it is longer than any command takes. Absent where a person types it. */
  readInput?(): Promise<string>;
  /** Undefined where the system has no keychain. */
  openKeychain(): Promise<Keychain | undefined>;
}

/** Gives an empty answer when the input ends without one. */
async function askPerson(question: string): Promise<string> {
  const { createInterface } = await import('node:readline');
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  return new Promise((resolve) => {
    lines.once('close', () => resolve(''));
    lines.question(question, (answer) => {
      resolve(answer);
      lines.close();
    });
  });
}

/** As askPerson; the echo goes nowhere. */
async function askPersonHidden(question: string): Promise<string> {
  const { createInterface } = await import('node:readline');
  const { Writable } = await import('node:stream');
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  process.stderr.write(question);
  const lines = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  return new Promise((resolve) => {
    lines.once('close', () => {
      process.stderr.write('\n');
      resolve('');
    });
    lines.once('line', (answer) => {
      resolve(answer);
      lines.close();
    });
  });
}

/** A file that was piped by mistake is not read whole: no command takes more. */
export const MAX_INPUT_BYTES = 1_048_576;

/** All of the input, or somewhat more than `MAX_INPUT_BYTES` of one that is longer. */
export async function readInputOf(input: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of input) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > MAX_INPUT_BYTES) break;
  }
  return Buffer.concat(chunks).toString('utf8');
}

export const processTerminal = (): Terminal => ({
  out: (text) => void process.stdout.write(`${text}\n`),
  note: (text) => void process.stderr.write(`${text}\n`),
  env: process.env,
  folder: process.cwd(),
  openKeychain,
  ...(process.stdout.isTTY && process.stdout.columns > 0 ? { width: process.stdout.columns } : {}),
  ...(process.stdin.isTTY && process.stderr.isTTY ? { ask: askPerson, askHidden: askPersonHidden } : {}),
  ...(process.stdin.isTTY ? {} : { readInput: () => readInputOf(process.stdin) }),
});
