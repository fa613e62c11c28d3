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
