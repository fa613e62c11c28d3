// A value as JSON that can go to a terminal. JSON leaves C1 controls, direction marks and line separators as they are, and
// a name may hold them: U+009B starts a control sequence as ESC [ does.

/** Controls, format characters, lone surrogates, unassigned and private ones, and the two separators of lines. */
const UNFIT = /[\p{C}\u2028\u2029]/gu;
/** JSON's own layout. */
const NEW_LINE = '\n';

const escaped = (character: string): string =>
  Array.from({ length: character.length }, (_, index) =>
    character.charCodeAt(index).toString(16).padStart(4, '0'),
  )
    .map((digits) => `\\u${digits}`)
    .join('');

/** `indent` in spaces; without one, all of it is one line. */
export const formatJson = (value: unknown, indent?: number): string =>
  JSON.stringify(value, null, indent).replaceAll(UNFIT, (character) =>
    character === NEW_LINE ? character : escaped(character),
  );
