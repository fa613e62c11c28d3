// A value enters a session policy only if it matches its pattern whole, in bounded time.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_VALUE_CHARACTERS, parseValuePattern } from '../../../shared/rules/values/value-pattern.ts';

const matches = (pattern: string, value: string): boolean => {
  const parsed = parseValuePattern(pattern);
  if (!parsed.ok) throw new Error(parsed.error);
  return parsed.value.matches(value);
};

describe('a value pattern', () => {
  it.each([
    ['[A-Za-z0-9_-]{1,64}', 'alice_1-2', true],
    ['[A-Za-z0-9_-]{1,64}', '', false],
    ['[a-z]+@example\\.com', 'alice@example.com', true],
    ['[a-z]+@example\\.com', 'alice@exampleXcom', false],
    ['\\d{4}-\\d{2}', '2026-03', true],
    ['team-[a-z]*', 'team-', true],
    ['v1?', 'v', true],
    ['[^a]', 'b', true],
    ['[^a]', 'a', false],
    ['[\\]]', ']', true],
    ['\\w+', 'é', false],
    ['alice', 'ALICE', false],
    ['alice', 'xalice', false],
    ['alice', 'alicex', false],
    ['alice', 'alice\n', false],
    ['.', '😀', true],
  ])('%s on %j: %s', (pattern, value, expected) => expect(matches(pattern, value)).toBe(expected));

  it('never matches more than 128 characters', () => {
    expect(matches('a*', 'a'.repeat(MAX_VALUE_CHARACTERS))).toBe(true);
    expect(matches('a*', 'a'.repeat(MAX_VALUE_CHARACTERS + 1))).toBe(false);
  });

  it.each([
    ['nothing', ''],
    ['an alternative', 'a|b'],
    ['a group', '(a)'],
    ['two halves that would make a group once wrapped', 'a)(b'],
    ['an anchor', '^a'],
    ['an anchor at the end', 'a$'],
    ['a back reference', '\\1'],
    ['look-ahead', '(?=a)'],
    ['a property', '\\p{L}'],
    ['a repetition of nothing', '*'],
    ['a repetition of a repetition', 'a+*'],
    ['a lazy repetition', 'a+?'],
    ['a class left open', '[a'],
    ['an empty class', '[]'],
    ['a range in the wrong order', '[z-a]'],
    ['a repetition in the wrong order', 'a{3,1}'],
    ['a slash', 'a/b'],
    ['a control character', 'a\nb'],
  ])('cannot be %s', (_, pattern) => expect(parseValuePattern(pattern).ok).toBe(false));
});

const item = fc.constantFrom('a', '[ab]', '[^b]', '.', '\\w', '\\.');
const fixed = fc.tuple(item, fc.constantFrom('', '{1}', '{64}')).map((parts) => parts.join(''));
const varying = fc
  .tuple(item, fc.constantFrom('?', '*', '+', '{1,}', '{0,64}', '{2,3}'))
  .map((parts) => parts.join(''));

describe('no pattern takes long', () => {
  /**
   * @attack Pattern that takes for ever
   * @removed `?` counted among repetitions
   * @failed 2 of 37: since at most three of its items may vary in length: `Property failed after 11 tests`
   */
  it('since at most three of its items may vary in length', () => {
    const patterns = fc.tuple(fc.array(fixed, { maxLength: 4 }), fc.array(varying, { maxLength: 6 }));
    fc.assert(
      fc.property(patterns, ([fixedItems, varyingItems]) => {
        const pattern = [...varyingItems, ...fixedItems].join('');
        expect(parseValuePattern(pattern).ok).toBe(pattern !== '' && varyingItems.length <= 3);
      }),
    );
  });

  it('and so the classic blow-up, n times a? before n times a, cannot be written', () => {
    expect(parseValuePattern(`${'a?'.repeat(40)}${'a'.repeat(40)}`).ok).toBe(false);
  });
});
