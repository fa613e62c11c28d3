// What documents and comments say of the code's places is so: every path that they name exists.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ROOT, readSources, SOURCE_FOLDERS } from './source-files.ts';

/** Made from the code, or a record of earlier versions. */
const NOT_CHECKED = new Set(['CHANGELOG.md']);
const PATH = /(?<![\w./*-])(?:functions|shared|clients|local|test|scripts|docs)\/[\w./-]*[\w/]/g;
/** A document may name a file without its ending. */
const ENDINGS = ['', '.ts', '.tsx', '.test.ts'];

const documents = [
  ...readdirSync(ROOT).filter((name) => name.endsWith('.md') && !NOT_CHECKED.has(name)),
  ...readdirSync(join(ROOT, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
  'test/attack/README.md',
];

const pathsIn = (text: string): readonly string[] => [...new Set(text.match(PATH) ?? [])];
const isThere = (path: string): boolean => ENDINGS.some((ending) => existsSync(join(ROOT, path + ending)));
const missingIn = (text: string): readonly string[] => pathsIn(text).filter((path) => !isThere(path));

const commentsOf = (text: string): string =>
  (text.match(/\/\/.*|\/\*[\s\S]*?\*\//g) ?? []).filter((comment) => !comment.includes('://')).join('\n');

describe('every path exists that is named', () => {
  test.each(documents)('in %s', (name) => {
    expect(missingIn(readFileSync(join(ROOT, name), 'utf8'))).toEqual([]);
  });

  test('in comments', () => {
    const missing = [...readSources([...SOURCE_FOLDERS])].flatMap(([path, text]) =>
      missingIn(commentsOf(text)).map((named) => `${path} names ${named}`),
    );
    expect(missing).toEqual([]);
  });

  test('and these tests see paths', () => {
    const named = documents.flatMap((name) => pathsIn(readFileSync(join(ROOT, name), 'utf8')));
    expect(named.length).toBeGreaterThan(50);
    expect(missingIn('`shared/kernel/nothing-of-this-name.ts` and `shared/kernel/result.ts`')).toEqual([
      'shared/kernel/nothing-of-this-name.ts',
    ]);
  });
});
