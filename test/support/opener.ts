// In place of the program with which this system opens a browser: writes down what it is asked to open.
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { vi } from 'vitest';
import { browserCommand } from '../../clients/cli/sign-in/open-in-browser.ts';

/** With how many arguments it was called, and which; whole, or not there. */
const SCRIPT = `#!/bin/sh
printf '%s' "$#:$*" > "$OPENED.draft" && mv "$OPENED.draft" "$OPENED"
`;

/** A cold start on a machine that does other things. */
const OPEN_LIMIT_MS = 30_000;

export interface Opener {
  /** For the command that shall find it. */
  readonly env: Readonly<Record<string, string>>;
  /** What is opened next; rejects with the outcome when the command fails before. One that does not wait may end before. */
  next(run: Promise<{ readonly exitCode: number | null }>): Promise<URL>;
}

/** Where the address leads that the browser was told to open: it is one of the command's own. */
export async function startedAt(address: URL): Promise<URL> {
  const response = await fetch(address, { redirect: 'manual' });
  return new URL(response.headers.get('location') ?? '');
}

export function newOpener(folder: string): Opener {
  const bin = join(folder, 'bin');
  const opened = join(folder, 'opened');
  const [program] = browserCommand(process.platform);
  mkdirSync(bin);
  writeFileSync(join(bin, program), SCRIPT);
  chmodSync(join(bin, program), 0o755);
  return {
    env: { PATH: `${bin}${delimiter}${process.env['PATH']}`, DISPLAY: ':0', OPENED: opened },
    async next(run) {
      let failed: string | undefined;
      void run.then((outcome) => {
        if (outcome.exitCode !== 0) failed = JSON.stringify(outcome);
      });
      await vi.waitFor(
        () => {
          if (!existsSync(opened) && failed === undefined) throw new Error('nothing opened yet');
        },
        { timeout: OPEN_LIMIT_MS },
      );
      if (!existsSync(opened)) throw new Error(`nothing opened: ${failed}`);
      const [count, address] = /^(\d+):(.*)$/s.exec(readFileSync(opened, 'utf8'))?.slice(1) ?? [];
      if (count !== '1' || address === undefined) throw new Error(`opened with ${count} arguments`);
      rmSync(opened);
      return new URL(address);
    },
  };
}
