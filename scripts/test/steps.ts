// The steps of `npm test`, and the choice of the command line among them.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { err, ok, type Result } from '../../shared/kernel/result.ts';
import { findBrowser, isBrowserRequired } from './find-browser.ts';
import { type Tally, tallyCheck, tallyVitest } from './tally.ts';

export interface TestStep {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly tally: (exitCode: number) => Tally;
  /** Why this machine cannot run the step, and what to install; undefined when it can. */
  readonly hindrance?: () => string | undefined;
}

const BIN = fileURLToPath(new URL('../../node_modules/.bin/', import.meta.url));

/** Vitest leaves one processor free by itself; on two processors, that would take twice as long. */
const ALL_PROCESSORS = '--maxWorkers=100%';

const check = (name: string, tool: string, ...args: readonly string[]): TestStep => ({
  name,
  command: join(BIN, tool),
  args,
  tally: tallyCheck,
});

function vitest(project: string, more: readonly string[], folder: string): TestStep {
  const report = join(folder, `${project}.json`);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  // A filter may concern one of the projects only; without one, a project without tests is a fault.
  const filtered = more.length > 0 ? ['--passWithNoTests'] : [];
  const workers = project === 'unit' ? [ALL_PROCESSORS] : [];
  return {
    name: project,
    command: join(BIN, 'vitest'),
    args: ['run', '--project', project, ...reporters, ...workers, ...filtered, ...more],
    tally: (exitCode) => tallyVitest(exitCode, report),
    ...(project === 'browser' ? { hindrance: browserHindrance } : {}),
  };
}

const CHECKS: readonly TestStep[] = [
  check('lint', 'biome', 'check', '.'),
  check('types', 'tsc', '--noEmit'),
  check('browser-types', 'tsc', '--noEmit', '--project', 'tsconfig.browser.json'),
  check('openapi', 'tsx', 'scripts/openapi.ts', '--check'),
  check('access-schema', 'tsx', 'scripts/access-schema.ts', '--check'),
];

const PROJECTS = ['unit', 'e2e', 'browser'];

/**
 * They start whole services, each one file at a time, and wait for these more than they compute: together they take little
 * longer than the slower one.
 */
const TOGETHER: readonly string[] = ['e2e', 'browser'];

/** The steps in their order; those of one list run at the same time. */
export function runningTogether(steps: readonly TestStep[]): readonly (readonly TestStep[])[] {
  const isTogether = ({ name }: TestStep) => TOGETHER.includes(name);
  const alone = steps.filter((step) => !isTogether(step)).map((step) => [step]);
  return [...alone, steps.filter(isTogether)].filter((list) => list.length > 0);
}

/** The checks that find most faults. `npm test` also compares generated files and checks the types of the portal's scripts. */
const FAST_CHECKS = ['lint', 'types'];
/** Tests that are fast enough to run during work: they start no service, SDK, command line or other product. */
const FAST_FOLDERS = ['test/architecture/', 'test/unit/', 'test/attack/', 'test/http/'];

/** Without a browser the step is skipped with a reason; where a browser is required, its tests fail and say what to install. */
function browserHindrance(): string | undefined {
  const found = findBrowser(process.env);
  return found.ok || isBrowserRequired(process.env) ? undefined : found.error;
}

const ONLY = '--only';
const FAST = '--fast';

/** `folder` is where vitest writes its reports. Fails with a message for wrong arguments. */
export function chooseSteps(args: readonly string[], folder: string): Result<readonly TestStep[], string> {
  if (args.includes(FAST)) {
    const others = args.filter((arg) => arg !== FAST);
    return others.length > 0
      ? err(`${FAST} takes no other argument; name test files without it to run them alone`)
      : ok([
          ...CHECKS.filter(({ name }) => FAST_CHECKS.includes(name)),
          vitest('unit', FAST_FOLDERS, folder),
        ]);
  }
  const isName = (index: number) => args[index - 1] === ONLY;
  const only = args.filter((_, index) => isName(index));
  const more = args.filter((arg, index) => arg !== ONLY && !isName(index));
  const steps = [...CHECKS, ...PROJECTS.map((project) => vitest(project, more, folder))];
  const known = steps.map(({ name }) => name);
  const unknown = only.filter((name) => !known.includes(name));
  if (unknown.length > 0 || args.at(-1) === ONLY) {
    return err(`${ONLY} takes one of ${known.join(', ')}${unknown.map((name) => `; not ${name}`).join('')}`);
  }
  if (only.length > 0) return ok(steps.filter(({ name }) => only.includes(name)));
  return ok(more.length > 0 ? steps.filter(({ name }) => PROJECTS.includes(name)) : steps);
}
