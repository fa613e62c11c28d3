// The command line is in no registry. Outside of the clone, `npx stint` would run what a stranger has published by that name, so it
// stands only where readers are in the clone, and each page says so before its first section.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ROOT } from './source-files.ts';

const NPX = /\bnpx (?:--\S+ )?(?:@\S+\/)?stint\b/;
const INSTALL = 'cli/stint.tgz';

/** Read and run in the clone alone: the demo, the deployment, and how to change Stint. */
const OF_THE_CLONE: ReadonlySet<string> = new Set([
  'CONTRIBUTING.md',
  'local/access.yaml',
  's.yaml',
  'scripts/start.ts',
  'docs/command-line.md',
]);

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const tracked = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: ROOT,
  encoding: 'utf8',
})
  .split('\n')
  .filter((path) => path !== '' && !path.startsWith('test/'));

const isPage = (path: string): boolean => path.startsWith('docs/') && path.endsWith('.md');
/** What stands before the first section. */
const topOf = (text: string): string => (text.split(/^## /m)[0] ?? '').replaceAll(/\s+/g, ' ');

const withNpx = (paths: readonly string[]): readonly string[] =>
  paths.filter((path) => NPX.test(read(path)) && !OF_THE_CLONE.has(path));

describe('npx stint', () => {
  test('stands in no file for people elsewhere: not in README, API, messages, or the package', () => {
    expect(withNpx(tracked.filter((path) => !isPage(path)))).toEqual([]);
  });

  test('stands in pages that say at their top where it works, and how to install stint elsewhere', () => {
    const pages = withNpx(tracked.filter(isPage));
    expect(pages).toContain('docs/deploy.md');
    for (const page of pages) {
      expect(topOf(read(page)), page).toContain('works in a clone of this repository only');
      expect(topOf(read(page)), page).toContain(INSTALL);
    }
  });

  test.each([
    ['npx stint roles', true],
    ['npx --yes stint', true],
    ['npx @stint/stint', true],
    ['npx tsx', false],
    ['npx stints', false],
  ])('is found: %s, %s', (text, isFound) => {
    expect(NPX.test(text)).toBe(isFound);
  });
});

/** A line of a code block that begins with the command. */
const RUNS_STINT = /^```[a-z]*\n(?:(?!```).*\n)*?(?:.*\$\()?stint [a-z]/m;

describe('a page that tells readers to run stint', () => {
  test('says where to get it, or links to the page that does', () => {
    const pages = tracked.filter((path) => isPage(path) && RUNS_STINT.test(read(path)));
    expect(pages).toContain('docs/for-employees.md');
    expect(pages.filter((page) => !/cli\/stint\.tgz|command-line\.md/.test(read(page)))).toEqual([]);
  });
});
