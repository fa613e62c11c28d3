// A person at a terminal with a browser: `stint` in a home folder of their own, and what the browser is told to open.
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { vi } from 'vitest';
import { browserCommand } from '../../../clients/cli/sign-in/open-in-browser.ts';
import { Browser, type Page } from '../../support/browser.ts';
import { type Run, testFolder } from './test-terminal.ts';

export interface Person {
  readonly home: string;
  readonly sessionsFile: string;
  stint(argv: readonly string[], env?: Readonly<Record<string, string>>): Promise<Run>;
  /** Runs `stint login …` until the browser opens; what it opens, and the command's end. */
  startLogin(argv: readonly string[]): Promise<{ readonly opened: URL; readonly run: Promise<Run> }>;
  /** The whole way, as a person who says yes to everything. */
  logIn(url: string): Promise<{ readonly run: Run; readonly page: Page; readonly browser: Browser }>;
}

/** In place of the system's program: writes down what it is asked to open. */
const OPENER = `#!/bin/sh
printf '%s' "$#:$*" > "$OPENED.draft" && mv "$OPENED.draft" "$OPENED"
`;

export function newPerson(): Person {
  const folder = testFolder();
  const [program] = browserCommand(process.platform);
  folder.write(`bin/${program}`, OPENER);
  chmodSync(join(folder.path, 'bin', program), 0o755);
  const state = join(folder.path, 'state');
  mkdirSync(state);
  const opened = join(folder.path, 'opened');
  const env = {
    PATH: `${join(folder.path, 'bin')}:/usr/bin:/bin`,
    DISPLAY: ':0',
    XDG_STATE_HOME: state,
    OPENED: opened,
  };
  const person: Person = {
    home: folder.path,
    sessionsFile: join(state, 'stint', 'sessions.json'),
    stint: (argv, more = {}) => folder.stint(argv, { ...env, ...more }),
    async startLogin(argv) {
      rmSync(opened, { force: true });
      const run = person.stint(['login', ...argv]);
      const ended = vi.fn();
      void run.then(ended);
      await vi.waitFor(() => {
        if (!existsSync(opened) && ended.mock.calls.length === 0) throw new Error('nothing opened yet');
      });
      if (!existsSync(opened)) throw new Error(`stint login ended: ${JSON.stringify(await run)}`);
      const [count, address] = /^(\d+):(.*)$/s.exec(readFileSync(opened, 'utf8'))?.slice(1) ?? [];
      if (count !== '1' || address === undefined) throw new Error(`opened with ${count} arguments`);
      return { opened: new URL(address), run };
    },
    async logIn(url) {
      const { opened: address, run } = await person.startLogin(['--url', url]);
      const browser = new Browser((request) => fetch(request));
      const page = await browser.open(address);
      return { run: await run, page, browser };
    },
  };
  return person;
}
