// The world as the commands see it: results go to `out`, everything else to `note`.
import { createInterface } from 'node:readline';
import { type Keychain, openKeychain } from './keychain.ts';

export interface Terminal {
  out(text: string): void;
  note(text: string): void;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly folder: string;
  /** What somebody answers, in one line; absent where nobody sits. */
  ask?(question: string): Promise<string>;
  /** Undefined where the system has none. */
  openKeychain(): Promise<Keychain | undefined>;
}

/** An empty answer also where somebody leaves without one. */
function askPerson(question: string): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  return new Promise((resolve) => {
    lines.once('close', () => resolve(''));
    lines.question(question, (answer) => {
      resolve(answer);
      lines.close();
    });
  });
}

export const processTerminal = (): Terminal => ({
  out: (text) => void process.stdout.write(`${text}\n`),
  note: (text) => void process.stderr.write(`${text}\n`),
  env: process.env,
  folder: process.cwd(),
  openKeychain,
  ...(process.stdin.isTTY && process.stderr.isTTY ? { ask: askPerson } : {}),
});
