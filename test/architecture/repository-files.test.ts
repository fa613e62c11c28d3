// Guarantees: editors format as Biome does, and the files that the code host reads name paths that exist.
import { existsSync, readFileSync } from 'node:fs';
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
