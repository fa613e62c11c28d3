// A terminal that remembers, in a folder of its own.
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Keychain } from '../../../clients/cli/base/keychain.ts';
import type { Terminal } from '../../../clients/cli/base/terminal.ts';
import { main } from '../../../clients/cli/main.ts';

export interface Run {
  readonly exitCode: number;
  /** Standard output. */
  readonly out: string;
  /** Standard error. */
  readonly notes: string;
}

export interface TestFolder {
  readonly path: string;
  write(name: string, content: string | Uint8Array): void;
  read(name: string): string;
  /** `onNote` hears of each line as it is written; without `ask` nobody sits at the terminal. */
  stint(
    argv: readonly string[],
    env?: Readonly<Record<string, string>>,
    onNote?: (text: string) => void,
    ask?: Terminal['ask'],
  ): Promise<Run>;
}

/** Without a keychain, unless one is given: never with that of the person who runs the tests. */
export function testFolder(keychain?: Keychain): TestFolder {
  const folder = mkdtempSync(join(tmpdir(), 'stint-cli-'));
  return {
    path: folder,
    write(name, content) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), content);
    },
    read: (name) => readFileSync(join(folder, name), 'utf8'),
    async stint(argv, env = {}, onNote = () => undefined, ask = undefined) {
      const [out, notes]: [string[], string[]] = [[], []];
      const exitCode = await main(argv, {
        out: (text) => void out.push(text),
        note: (text) => {
          notes.push(text);
          onNote(text);
        },
        env,
        folder,
        openKeychain: async () => keychain,
        ...(ask && { ask }),
      });
      return { exitCode, out: out.join('\n'), notes: notes.join('\n') };
    },
  };
}
