// Any text is shown as one line of visible characters, in which nothing is hidden, turned around or drawn over.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { showable } from '../../../shared/kernel/showable.ts';

/** Text of everything that has been used to deceive, among usual letters. */
const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom('a', 'Ж', '中', 'ก', 'א', 'م', 'क', ' ', '\u00A0', '\u3000', '👩', '1'),
      fc.integer({ min: 0x300, max: 0x36f }).map((code) => String.fromCodePoint(code)),
      fc.constantFrom(
        ...[
          '\u202E',
          '\u2066',
          '\u2069',
          '\u200F',
          '\u061C',
          '\u200B',
          '\u200D',
          '\uFEFF',
          '\u2060',
          '\u00AD',
        ],
        ...['\u0000', '\u001B', '\n', '\r', '\t', '\u0085', '\u2028', '\u2029', '\u009B', '\uFFF9'],
        ...[
          '\u20DD',
          '\u0489',
          '\u034F',
          '\u115F',
          '\u3164',
          '\uFE0F',
          '\u2800',
          '\u{E0041}',
          '\u{1D159}',
          '\uD800',
        ],
        ...['\u0E47', '\u0E31', '\u0E49', '\u0650', '\u0651', '\u06D6', '\u0591', '\u1AB0', '\u1DC0'],
      ),
      fc.string({ unit: 'binary', maxLength: 3 }),
    ),
    { maxLength: 60 },
  )
  .map((parts) => parts.join(''));

describe('what is shown of any text', () => {
  it('is one line of seen characters, without marks of direction, and with two marks on a letter at most', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const shown = showable(text);
        expect(shown).not.toMatch(/[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u);
        expect(shown).not.toMatch(/[^\P{Z} ]/u);
        expect(shown).not.toMatch(/\p{M}{3,}|\p{Me}/u);
        expect(shown).not.toMatch(/(?:^|[ ?])\p{M}/u);
      }),
    );
  });

  it('is the same when it is shown again', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        expect(showable(showable(text))).toBe(showable(text));
      }),
    );
  });

  it('never looks like a name that hides nothing', () => {
    const hidden = fc.constantFrom(
      '\u200B',
      '\u202E',
      '\u0000',
      '\uFEFF',
      '\u00AD',
      '\u3164',
      '\u2800',
      '\u20DD',
    );
    const name = fc.stringMatching(/^[a-z]{3,12}$/);
    fc.assert(
      fc.property(name, hidden, fc.nat(12), (usual, character, at) => {
        const disguised = usual.slice(0, at) + character + usual.slice(at);
        expect(showable(disguised)).not.toBe(showable(usual));
      }),
    );
  });

  it.each([
    'laptop-7.example.com',
    'Leonie’s MacBook Pro',
    'Máy của Nguyễn Thị Ổn',
    'เครื่องของฉันที่นี่',
    'जया का कंप्यूटर',
    'المكتب',
    'מחשב נייד',
    '小明的电脑',
    'Łódź — “naïve” ☕',
  ])('is a usual name as it is: %s', (name) => {
    expect(showable(name)).toBe(name);
  });

  it.each([
    ['Z\u0335\u0321\u031B\u0353\u0358ebra', 'Z\u0335\u0321?ebra'],
    ['❤\uFE0F 👩\u200D💻', '❤ 👩💻'],
    ['alice\u202Egnp.exe', 'alice?gnp.exe'],
    ['a\u00A0b\u3000c', 'a b c'],
    ['\u0301x', '?x'],
    ['e\u0301', 'é'],
  ])('of %j is %j', (text, shown) => {
    expect(showable(text)).toBe(shown);
  });
});
