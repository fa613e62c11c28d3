// Finds the installed browser that the tests of the portal drive: Chromium, Chrome or Edge. It downloads none.
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { err, ok, type Result } from '../../shared/kernel/result.ts';

type BrowserVariables = Readonly<Record<string, string | undefined>>;

const COMMANDS = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge'];
const APPLICATIONS = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
];

const WHAT_TO_INSTALL =
  'no Chromium, Chrome or Edge was found; install one (Debian: apt-get install chromium) or name it in STINT_BROWSER';

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export function findBrowser(environment: BrowserVariables): Result<string, string> {
  const named = environment['STINT_BROWSER'];
  if (named) return isExecutable(named) ? ok(named) : err(`STINT_BROWSER: ${named} cannot be run`);
  const folders = (environment['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const commands = COMMANDS.flatMap((command) => folders.map((folder) => join(folder, command)));
  const found = [...commands, ...APPLICATIONS].find(isExecutable);
  return found === undefined ? err(WHAT_TO_INSTALL) : ok(found);
}

/** On CI, the tests of the portal fail without a browser. Elsewhere they are skipped. */
export const isBrowserRequired = ({ CI, STINT_REQUIRE_BROWSER }: BrowserVariables): boolean =>
  Boolean(CI) || Boolean(STINT_REQUIRE_BROWSER);
