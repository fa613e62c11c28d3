// test/attack/README.md: prose that people write, then a table for each test file, from the blocks above its tests.
import { posix } from 'node:path';
import { type Attack, readAttacks, type TestFile } from './read-attacks.ts';

export interface Rendered {
  readonly text: string;
  /** What is wrong in the test files, with path and line. */
  readonly faults: readonly string[];
}

/** What stands above it in the README is written by people and kept. */
export const MARKER = '<!-- From here on written by `npm run attack-tests`. -->';

const FOLDER = 'test/attack';
const HEAD = '| attack | test | taken out | failed, and the first failure | note |\n|---|---|---|---|---|';

/** Text of one table cell. Markdown splits cells at a bar even inside code. */
const cell = (text: string): string => text.replaceAll('|', '\\|');

/** Titles are plain text, the other cells Markdown. */
const plain = (text: string): string => text.replace(/[\\`*_<[]/g, '\\$&');

const shortName = (path: string): string => posix.basename(path).replace(/(?:\.test)?\.ts$/, '');
const link = (path: string): string => `[${shortName(path)}](${posix.relative(FOLDER, path)})`;

function row({ attack, titles, removed, failed, note, also }: Attack): string {
  const title = plain(titles.join(' › '));
  const test = also.length === 0 ? title : `${title}; also ${also.map(link).join(', ')}`;
  return `| ${[attack, test, removed, failed, note].map(cell).join(' | ')} |`;
}

const section = (path: string, { guarantee, attacks }: TestFile): string =>
  [
    `### ${link(path)}`,
    ...(guarantee === '' ? [] : [guarantee]),
    [HEAD, ...attacks.map(row)].join('\n'),
  ].join('\n\n');

/**
 * Takes the README as it is, for its prose, and the files below test/ by their path from the root.
 * Faults are blocks that cannot be read, and `@also` of a file that there is not.
 */
export function renderReadme(present: string, tests: ReadonlyMap<string, string>): Rendered {
  const files = [...tests.keys()].sort().map((path) => ({ path, file: readAttacks(tests.get(path) ?? '') }));
  const faults = files.flatMap(({ path, file }) => [
    ...file.faults.map((fault) => `${path}, ${fault}`),
    ...file.attacks
      .flatMap(({ also }) => also)
      .filter((other) => !tests.has(other))
      .map((other) => `${path}: @also names ${other}, which does not exist`),
  ]);
  const guarded = files.filter(({ file }) => file.attacks.length > 0);
  const folders = [...new Set(guarded.map(({ path }) => path.split('/')[1] ?? ''))];
  const sections = folders.flatMap((folder) => [
    `## test/${folder}`,
    ...guarded
      .filter(({ path }) => path.startsWith(`test/${folder}/`))
      .map(({ path, file }) => section(path, file)),
  ]);
  const prose = present.split(MARKER)[0]?.trimEnd() ?? '';
  return { text: `${[prose, MARKER, ...sections].join('\n\n')}\n`, faults };
}
