// Which installed browser the tests of the portal drive. Downloads none: those of Debian, Chrome and Edge will do.
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { err, ok, type Result } from '../../shared/kernel/result.ts';

type Environment = Readonly<Record<string, string | undefined>>;

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

export function findBrowser(environment: Environment): Result<string, string> {
  const named = environment['STINT_BROWSER'];
  if (named) return isExecutable(named) ? ok(named) : err(`STINT_BROWSER: ${named} cannot be run`);
  const folders = (environment['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const commands = COMMANDS.flatMap((command) => folders.map((folder) => join(folder, command)));
  const found = [...commands, ...APPLICATIONS].find(isExecutable);
  return found === undefined ? err(WHAT_TO_INSTALL) : ok(found);
}

/** A machine of CI has a browser, or its tests have failed; a newcomer's may do without. */
export const isBrowserRequired = ({ CI, STINT_REQUIRE_BROWSER }: Environment): boolean =>
  Boolean(CI) || Boolean(STINT_REQUIRE_BROWSER);
