// `npm test` must not say that all is well when it is not.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chooseSteps, runningTogether } from '../../scripts/test/steps.ts';
import { addTallies, summaryOf, tallyCheck, tallyVitest } from '../../scripts/test/tally.ts';

const ALL = ['lint', 'types', 'browser-types', 'openapi', 'access-schema', 'unit', 'e2e', 'browser'];

describe('the steps', () => {
  test.each([
    [[], ALL],
    [['--only', 'unit'], ['unit']],
    [
      ['--only', 'e2e', '--only', 'lint'],
      ['lint', 'e2e'],
    ],
    [['test/http'], ['unit', 'e2e', 'browser']],
    [['--only', 'unit', '-t', '405'], ['unit']],
  ])('%j chooses %j', (args, names) => {
    const steps = chooseSteps(args, '/reports');
    expect(steps.ok && steps.value.map(({ name }) => name)).toEqual(names);
  });

  test.each([[['--only', 'nope']], [['--only']], [['--only', 'unit', '--only', 'nope']]])(
    '%j is refused',
    (args) => {
      expect(chooseSteps(args, '/reports')).toEqual({
        ok: false,
        error: expect.stringContaining(ALL.join(', ')),
      });
    },
  );

  test('--fast chooses two checks and four folders of the unit project, and takes no filter', () => {
    const steps = chooseSteps(['--fast'], '/reports');
    expect(steps.ok && steps.value.map(({ name }) => name)).toEqual(['lint', 'types', 'unit']);
    const folders = ['test/architecture/', 'test/unit/', 'test/attack/', 'test/http/'];
    expect(steps.ok && steps.value.at(-1)?.args.slice(-folders.length)).toEqual(folders);
    expect(chooseSteps(['--fast', 'test/http'], '/reports').ok).toBe(false);
  });

  test('what is not for us goes to vitest, and a filter may match nothing in one of the projects', () => {
    const steps = chooseSteps(['test/http', '-t', '405'], '/reports');
    for (const { args } of steps.ok ? steps.value : []) {
      expect(args.slice(-4)).toEqual(['--passWithNoTests', 'test/http', '-t', '405']);
    }
  });

  test('the unit project alone uses every processor: the others start whole services, one file at a time', () => {
    const steps = chooseSteps([], '/reports');
    const all = steps.ok ? steps.value : [];
    const busy = all.filter(({ args }) => args.includes('--maxWorkers=100%'));
    expect(busy.map(({ name }) => name)).toEqual(['unit']);
  });

  test('e2e and browser run at the same time, after all others', () => {
    const steps = chooseSteps([], '/reports');
    const lists = runningTogether(steps.ok ? steps.value : []);
    expect(lists.map((list) => list.map(({ name }) => name))).toEqual([
      ...ALL.slice(0, -2).map((name) => [name]),
      ['e2e', 'browser'],
    ]);
  });

  test('without a filter a project without tests is a fault', () => {
    const steps = chooseSteps([], '/reports');
    const args = steps.ok ? steps.value.flatMap((step) => step.args) : [];
    expect(args).toContain('e2e');
    expect(args).not.toContain('--passWithNoTests');
  });
});

describe('the count', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'stint-tally-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const report = (...files: readonly (readonly [string, readonly string[]])[]): string => {
    const path = join(folder, 'report.json');
    const testResults = files.map(([status, results]) => ({
      status,
      assertionResults: results.map((result) => ({ status: result })),
    }));
    writeFileSync(path, JSON.stringify({ testResults }));
    return path;
  };

  test.each([
    [
      'what passed, failed and was skipped',
      1,
      [['failed', ['passed', 'failed', 'skipped', 'todo']]],
      [1, 1, 2],
    ],
    [
      'a file that does not load as a failure',
      1,
      [
        ['failed', []],
        ['passed', ['passed']],
      ],
      [1, 1, 0],
    ],
    ['a file whose preparation fails as a failure', 1, [['failed', ['skipped']]], [0, 1, 1]],
    ['an error outside of any test as a failure', 1, [['passed', ['passed']]], [1, 1, 0]],
    ['nothing else as a failure', 0, [['passed', ['passed', 'pending']]], [1, 0, 1]],
  ] as const)('has %s', (_, exitCode, files, [passed, failed, skipped]) => {
    expect(tallyVitest(exitCode, report(...files))).toEqual({ passed, failed, skipped });
  });

  test.each([0, 1, 137])('has a run that ends with %i and no report as a failure', (exitCode) => {
    expect(tallyVitest(exitCode, join(folder, 'none.json'))).toMatchObject({ passed: 0, failed: 1 });
  });

  test('has each check as one test', () => {
    expect(addTallies(tallyCheck(0), tallyCheck(2))).toEqual({ passed: 1, failed: 1, skipped: 0 });
  });

  test.each([
    [{ passed: 3, failed: 0, skipped: 0 }, '3 passed, 0 failed'],
    [{ passed: 3, failed: 1, skipped: 2 }, '2 skipped\n3 passed, 1 failed'],
  ])('ends with the line that is promised', (tally, text) => {
    expect(summaryOf(tally)).toBe(text);
  });
});
