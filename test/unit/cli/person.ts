// A person at a terminal with a browser: `stint` in a home folder of their own, and what the browser is told to open.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Keychain } from '../../../clients/cli/base/keychain.ts';
import { Browser, type Page } from '../../support/browser.ts';
import { newOpener, startedAt } from '../../support/opener.ts';
import { type Run, testFolder } from './test-terminal.ts';

export interface Person {
  readonly sessionsFile: string;
  stint(
    argv: readonly string[],
    env?: Readonly<Record<string, string>>,
    onNote?: (text: string) => void,
  ): Promise<Run>;
  /** Runs `stint login …` until the browser opens; the address that it is told, and the command's end. */
  beginLogin(argv: readonly string[]): Promise<{ readonly started: URL; readonly run: Promise<Run> }>;
  /** And where that leads. */
  startLogin(argv: readonly string[]): Promise<{ readonly opened: URL; readonly run: Promise<Run> }>;
  /** The whole way, as a person who says yes to everything. */
  logIn(
    url: string,
    argv?: readonly string[],
  ): Promise<{ readonly run: Run; readonly page: Page; readonly browser: Browser }>;
}

export function newPerson(keychain?: Keychain): Person {
  const folder = testFolder(keychain);
  const opener = newOpener(folder.path);
  const state = join(folder.path, 'state');
  mkdirSync(state);
  const env = { ...opener.env, XDG_STATE_HOME: state };
  const person: Person = {
    sessionsFile: join(state, 'stint', 'sessions.json'),
    stint: (argv, more = {}, onNote) => folder.stint(argv, { ...env, ...more }, onNote),
    async beginLogin(argv) {
      const run = person.stint(['login', ...argv]);
      return { started: await opener.next(run), run };
    },
    async startLogin(argv) {
      const { started, run } = await person.beginLogin(argv);
      return { opened: await startedAt(started), run };
    },
    async logIn(url, argv = []) {
      const { opened, run } = await person.startLogin(['--url', url, ...argv]);
      const browser = new Browser((request) => fetch(request));
      const page = await browser.open(opened);
      return { run: await run, page, browser };
    },
  };
  return person;
}
