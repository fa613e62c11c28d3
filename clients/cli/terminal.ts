// The world as the commands see it: results go to `out`, everything else to `note`.
import { type Keychain, openKeychain } from './sessions/keychain.ts';

export interface Terminal {
  out(text: string): void;
  note(text: string): void;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly folder: string;
  /** Undefined where the system has none. */
  openKeychain(): Promise<Keychain | undefined>;
}

export const processTerminal = (): Terminal => ({
  out: (text) => void process.stdout.write(`${text}\n`),
  note: (text) => void process.stderr.write(`${text}\n`),
  env: process.env,
  folder: process.cwd(),
  openKeychain,
});
