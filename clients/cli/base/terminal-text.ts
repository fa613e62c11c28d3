// Values as text for a terminal: JSON and tables. A name from elsewhere may hold control characters, which would steer
// the terminal; both forms print none.
import { showable } from '../../../shared/kernel/showable.ts';

/**
 * Characters that JSON does not escape and a terminal may obey: controls (U+009B starts a control sequence, as ESC [ does), format
 * characters such as direction marks, lone surrogates, unassigned and private characters, and the two line separators.
 */
const UNSAFE = /[\p{C}\u2028\u2029]/gu;
/** Part of JSON's own layout. */
const NEW_LINE = '\n';
const GAP = '  ';

const escapeCharacter = (character: string): string =>
  Array.from({ length: character.length }, (_, index) =>
    character.charCodeAt(index).toString(16).padStart(4, '0'),
  )
    .map((digits) => `\\u${digits}`)
    .join('');

/** `indent` is a number of spaces; without it, the JSON is one line. */
export const formatJson = (value: unknown, indent?: number): string =>
  JSON.stringify(value, null, indent).replaceAll(UNSAFE, (character) =>
    character === NEW_LINE ? character : escapeCharacter(character),
  );

/** One line for the headings and one a row, with aligned columns. The column with the longest cells belongs at the end. */
export function formatTable(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
): readonly string[] {
  const cells = [headings, ...rows].map((row) => row.map(showable));
  const widths = headings.map((_, i) => Math.max(...cells.map((row) => row[i]?.length ?? 0)));
  return cells.map((row) =>
    row
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join(GAP)
      .trimEnd(),
  );
}

/** Letters and signs that take two columns of a terminal: most of East Asia's, and emoji. */
const WIDE = /[\p{sc=Han}\p{sc=Hangul}\p{sc=Hiragana}\p{sc=Katakana}\uFF01-\uFF60\p{Emoji_Presentation}]/u;
const MARK = /\p{M}/u;
const CUT = '…';

const columnsOf = (character: string): number => (MARK.test(character) ? 0 : WIDE.test(character) ? 2 : 1);

const widthOf = (text: string): number => Array.from(text, columnsOf).reduce((sum, width) => sum + width, 0);

/** The text without anything that steers a terminal, in exactly so many columns: filled up, or cut and marked with `…`. */
export function fitColumn(text: string, width: number): string {
  const shown = showable(text);
  const own = widthOf(shown);
  if (own <= width) return shown + ' '.repeat(width - own);
  let cut = '';
  let left = width - 1;
  for (const character of shown) {
    left -= columnsOf(character);
    if (left < 0) break;
    cut += character;
  }
  return cut + CUT + ' '.repeat(Math.max(0, width - 1 - widthOf(cut)));
}
