// Patterns match, contain and overlap each other exactly as far as their wildcards say, and hostile patterns cost bounded time.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { globContains, globsOverlap, matchesGlob } from '../../../shared/ram/glob.ts';

const exact = { ignoreCase: false };

describe('matchesGlob', () => {
  it.each([
    ['', '', true],
    ['', 'a', false],
    ['*', '', true],
    ['*', 'anything/at:all', true],
    ['?', '', false],
    ['?', 'a', true],
    ['a?c', 'abc', true],
    ['a?c', 'ac', false],
    ['*a*b', 'xaxxab', true],
    ['*a*b', 'xaxxabc', false],
    ['a**b', 'ab', true],
    ['media/users/alice/*', 'media/users/alice/', true],
    ['media/users/alice/*', 'media/users/alice', false],
    ['media/users/alice/*', 'media/users/alice2/a', false],
    ['a.c', 'abc', false],
    ['oss:GetObject', 'OSS:getobject', false],
  ])('%j against %j is %s', (pattern, value, expected) => {
    expect(matchesGlob(pattern, value, exact)).toBe(expected);
  });

  it('compares letters of either case only when asked to', () => {
    expect(matchesGlob('oss:Get*', 'OSS:GETOBJECT', { ignoreCase: true })).toBe(true);
    expect(matchesGlob('oss:Get*', 'OSS:PUTOBJECT', { ignoreCase: true })).toBe(false);
  });

  it('agrees with an anchored regular expression on every small pattern and value', () => {
    const texts = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 8 });
    const patterns = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 8 });
    fc.assert(
      fc.property(patterns, texts, (pattern, value) => {
        const regex = new RegExp(`^${pattern.replaceAll('*', '.*').replaceAll('?', '.')}$`);
        expect(matchesGlob(pattern, value, exact)).toBe(regex.test(value));
      }),
      { numRuns: 1000 },
    );
  });

  it('takes a pattern that would stall a backtracking matcher', () => {
    expect(matchesGlob(`${'a*'.repeat(500)}b`, 'a'.repeat(5000), exact)).toBe(false);
  });
});

const ALPHABET = ['a', 'b', 'x'];
const LONGEST = 6;
const WORDS = Array.from({ length: LONGEST }).reduce<string[][]>(
  (levels) => [...levels, (levels.at(-1) ?? []).flatMap((word) => ALPHABET.map((letter) => word + letter))],
  [['']],
);
const words = WORDS.flat();
const smallPattern = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 4 });

/** Every word that `pattern` can become with 0 to 5 letters `x` for each star. */
function expansions(pattern: string): string[] {
  return pattern
    .split('')
    .reduce<string[]>(
      (prefixes, character) =>
        character === '*'
          ? prefixes.flatMap((prefix) => [0, 1, 2, 3, 4, 5].map((n) => prefix + 'x'.repeat(n)))
          : prefixes.map((prefix) => prefix + (character === '?' ? 'x' : character)),
      [''],
    );
}

describe('globContains', () => {
  it.each([
    ['*', 'a*b?', true],
    ['a*', '*', false],
    ['*?', '?*', true],
    ['??*', '?*', false],
    ['?', '*', false],
    ['a*b', 'a*c*b', true],
    ['a*c*b', 'a*b', false],
    ['b/users/*', 'b/users/alice/*', true],
    ['b/users/alice/*', 'b/users/*', false],
    ['b/users/alice/*', 'b/users/alice*', false],
    ['*a*', 'a', true],
    ['a?', 'a*', false],
    ['ab', 'a?', false],
  ])('%j contains %j: %s', (outer, inner, expected) => {
    expect(globContains(outer, inner)).toBe(expected);
  });

  it('never says yes when some word matches the inner pattern alone', () => {
    fc.assert(
      fc.property(smallPattern, smallPattern, (outer, inner) => {
        if (!globContains(outer, inner)) return;
        const escaped = words.find(
          (word) => matchesGlob(inner, word, exact) && !matchesGlob(outer, word, exact),
        );
        expect(escaped).toBeUndefined();
      }),
      { numRuns: 800 },
    );
  });

  it('never says no without a word that shows why', () => {
    fc.assert(
      fc.property(smallPattern, smallPattern, (outer, inner) => {
        if (globContains(outer, inner)) return;
        expect(expansions(inner).some((word) => !matchesGlob(outer, word, exact))).toBe(true);
      }),
      { numRuns: 800 },
    );
  });

  it('reads runs of wildcards alike, however long', () => {
    expect(globContains(`${'?'.repeat(3000)}*`, `*${'?'.repeat(3000)}`)).toBe(true);
  });

  it('gives up, with a no, past its bound on work', () => {
    const atLeast = (length: number): boolean =>
      globContains(`${'?'.repeat(length)}*`, `*${'a'.repeat(length)}`);
    expect(atLeast(10)).toBe(true);
    expect(atLeast(100)).toBe(false);
  });

  it.each([
    ['a?', 'aé', false],
    ['a??', 'a😀', false],
    ['a*', 'aé', true],
    ['aé?', 'aéb', true],
    ['a?é', 'a?é', true],
  ])('%j contains %j: %s, since a ? may be a byte, a unit or a character', (outer, inner, expected) => {
    expect(globContains(outer, inner)).toBe(expected);
  });
});

describe('globsOverlap', () => {
  it.each([
    ['ram:*', 'oss:GetObject', false],
    ['ram:*', '*', true],
    ['a*b', '*c', false],
    ['a*', '*b', true],
    ['?', '', false],
    ['?', 'a', true],
    ['*a*', 'b*b', true],
    ['a*a', 'a', false],
    ['a?', 'a', false],
    ['?', '😀', true],
    ['??', 'é', true],
  ])('%j and %j: %s', (left, right, expected) => {
    expect(globsOverlap(left, right)).toBe(expected);
    expect(globsOverlap(right, left)).toBe(expected);
  });

  it('never says that patterns are apart when one word matches both', () => {
    fc.assert(
      fc.property(smallPattern, smallPattern, (left, right) => {
        const shared = words.some(
          (word) => matchesGlob(left, word, exact) && matchesGlob(right, word, exact),
        );
        if (shared) expect(globsOverlap(left, right)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('says that patterns may overlap rather than work past its bound', () => {
    const [left, right] = ['*a'.repeat(500), '*b'.repeat(500)].map((text) => `${text}*`);
    expect(globsOverlap(`x*${left}`, `x*${right}`)).toBe(true);
    expect(globsOverlap(`x${left}`, `y${right}`)).toBe(false);
  });
});
