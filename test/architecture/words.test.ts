// Names and comments use the field's words: no home-made word that the glossary has replaced comes back.
import { describe, expect, test } from 'vitest';
import { readSources, SOURCE_FOLDERS } from './source-files.ts';
import { bannedWords, COMMENTS, NAMES, SOURCE_COMMENTS } from './words.ts';

/** They hold the banned words themselves. */
const ABOUT_WORDS = new Set(['test/architecture/words.ts', 'test/architecture/words.test.ts']);

describe('names and comments', () => {
  test('use no banned word', () => {
    const files = [...readSources([...SOURCE_FOLDERS, 'test'])].filter(([path]) => !ABOUT_WORDS.has(path));
    expect(files.length).toBeGreaterThan(500);
    expect(files.flatMap(([path, text]) => bannedWords(path, text))).toEqual([]);
  });

  test.each([
    ['a name', 'shared/a.ts', 'const wish = 1;', 'wish'],
    ['a part of a name', 'shared/a.ts', 'const unmetWish = 1;', 'unmetWish'],
    ['a function', 'shared/a.ts', 'export function sayFault() {}', 'sayFault'],
    ['a type', 'shared/a.ts', 'interface Begun {}', 'Begun'],
    ['a method', 'shared/a.ts', 'await once.spend(key);', 'once.spend'],
    ['a file', 'shared/held-catalog.ts', '', 'heldCatalog'],
    ['a comment', 'shared/a.ts', '// Given to whoever asks.', 'whoever'],
    ['a docstring', 'shared/a.ts', '/**\n * A rehearsal.\n */', 'rehearsal'],
  ])('are seen in %s', (_, path, text, word) => {
    expect(bannedWords(path, text)).toEqual([expect.stringContaining(`${path}: ${word} →`)]);
  });

  const WORDS_IN_NAMES =
    'aWish circumstances supposedCaller rehearse blameOn obeyOrder happenings obstacleOf begunAt toldGroups leaveState Trail once.settle';
  const WORDS_IN_COMMENTS = 'wished circumstance supposing rehearsed obstacles whomever nobody';

  test('are each seen: every pattern has a word', () => {
    const [names, comments] = [WORDS_IN_NAMES, WORDS_IN_COMMENTS].map((words) => words.split(' '));
    const namesSeen = names?.flatMap((word) => bannedWords('a.ts', `f(${word});`));
    const commentsSeen = comments?.flatMap((word) => bannedWords('a.ts', `// ${word}`));
    expect(namesSeen).toEqual(NAMES.map(({ instead }, i) => `a.ts: ${names?.[i]} → ${instead}`));
    expect(commentsSeen).toEqual(
      [...COMMENTS, ...SOURCE_COMMENTS].map(({ instead }, i) => `a.ts: ${comments?.[i]} → ${instead}`),
    );
  });

  test.each([
    ["const message = 'as you wish';"],
    ['const wishbone = new Map();'],
    ['// It sends the request.'],
    ['const message = "nobody";'],
    ["const url = 'https://example.com/wish'; // a path"],
  ])('are not seen in %s', (text) => expect(bannedWords('shared/a.ts', text)).toEqual([]));
});
