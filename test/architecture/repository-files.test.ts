// Guarantees: editors format as Biome does, the files that the code host reads name paths that exist, and no file was
// committed in the middle of a merge.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { ROOT } from './source-files.ts';

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

const BiomeSettings = z.object({
  formatter: z.object({ indentStyle: z.string(), indentWidth: z.number(), lineWidth: z.number() }),
});

/** The settings of one section of .editorconfig: everything from its heading to the next. */
function editorSettings(section: string): Readonly<Record<string, string>> {
  const [, after = ''] = read('.editorconfig').split(`\n[${section}]\n`);
  const [body = ''] = after.split(/\n\[/);
  return Object.fromEntries([...body.matchAll(/^(\w+) = (\S+)$/gm)].map(([, name, value]) => [name, value]));
}

interface OwnedPath {
  readonly path: string;
  readonly owners: readonly string[];
}

const ownedPaths = (text: string): readonly OwnedPath[] =>
  text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split(/\s+/))
    .map(([path = '', ...owners]) => ({ path, owners }));

describe('.editorconfig', () => {
  test('agrees with biome.json', () => {
    const { formatter } = BiomeSettings.parse(JSON.parse(read('biome.json')));
    expect(editorSettings('*')).toEqual({
      charset: 'utf-8',
      end_of_line: 'lf',
      insert_final_newline: 'true',
      trim_trailing_whitespace: 'true',
      indent_style: formatter.indentStyle,
      indent_size: String(formatter.indentWidth),
      max_line_length: String(formatter.lineWidth),
    });
  });
});

describe('CODEOWNERS', () => {
  const owned = ownedPaths(read('.github/CODEOWNERS'));

  test('names paths that exist, each once and with an owner', () => {
    expect(owned.filter(({ path }) => !existsSync(join(ROOT, path))).map(({ path }) => path)).toEqual([]);
    expect(new Set(owned.map(({ path }) => path)).size).toBe(owned.length);
    expect(owned.filter(({ owners }) => owners.length === 0)).toEqual([]);
  });

  test.each([
    'shared/kernel/',
    'shared/identity/',
    'shared/pipeline/',
    'shared/rules/',
    'shared/ram/',
    'shared/adapters/',
    'functions/',
    'test/attack/',
    'test/architecture/',
    '.github/',
    '.ci/',
    'package-lock.json',
  ])('%s has owners', (path) => {
    expect(owned.map((entry) => entry.path)).toContain(`/${path}`);
  });
});

test('the pull-request template names files that exist', () => {
  const template = read('.github/pull_request_template.md');
  const named = [...template.matchAll(/`((?:docs|test)\/[\w./-]*|[\w.-]+\.(?:md|yaml))`/g)].map(
    ([, path = '']) => path,
  );
  expect(named.length).toBeGreaterThan(3);
  expect(named.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
});

/** Made by builds and tools, or not ours; the same folders as in .gitignore. */
const NOT_COMMITTED = new Set(['.git', 'node_modules', 'dist', '.stint', '.s', 'coverage', 'artifacts']);

const filesIn = (folder: string): readonly string[] =>
  readdirSync(join(ROOT, folder), { withFileTypes: true })
    .filter(({ name }) => !NOT_COMMITTED.has(name))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? filesIn(path) : [path];
    });

/** A line that Git writes around each side of a conflict. */
const holdsConflict = (text: string): boolean => /^(?:<{7}|>{7})(?: |$)/m.test(text);

describe('conflict markers', () => {
  test('are in no file', () => {
    const files = filesIn('.');
    expect(files).toContain('README.md');
    expect(files).toContain(join('shared', 'kernel', 'result.ts'));
    expect(files.filter((path) => holdsConflict(read(path)))).toEqual([]);
  });

  test.each(['<', '>'])('%s is found at the start of a line, seven times and followed by a name', (sign) => {
    expect(holdsConflict(`a\n${sign.repeat(7)} HEAD\nb`)).toBe(true);
    expect(holdsConflict(`${sign.repeat(7)}\n`)).toBe(true);
    expect(holdsConflict(` ${sign.repeat(7)} HEAD`)).toBe(false);
    expect(holdsConflict(`${sign.repeat(8)} HEAD`)).toBe(false);
  });
});
