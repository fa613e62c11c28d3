// Text that others wrote, made fit to be shown to a person: on a page, in a terminal, in a row that somebody reads. A name
// may hold anything, also what steers a terminal, turns a line around, is not seen, or draws over the lines beside it.

/** In place of what may not be shown, so that a name with something hidden in it does not look like one without. */
const INSTEAD = '?';

/** Of one letter. Vietnamese and Thai need two; a stack of them draws over its neighbours. */
const MARKS = 2;

/** Not there after letters, and so on its own or on a blank: it would be drawn over what comes before. */
const STRAY_MARKS = /(?<=^|[\s?])\p{M}+/gu;
const ENCLOSING_MARKS = /\p{Me}+/gu;
const EXCESS_MARKS = new RegExp(`(?<=\\p{M}{${MARKS}})\\p{M}+`, 'gu');
/** Controls, marks of direction, parts of characters, what has no width, and two letters that look like a space. */
const UNSEEN = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800\u{1D159}]/gu;
/** Choosing how an emoji looks, and joining two: what they leave behind is seen. */
const OF_EMOJI = /(?<=\p{Emoji})\uFE0F|(?<=\p{Emoji}\uFE0F?)\u200D(?=\p{Emoji})/gu;

export const showable = (text: string): string =>
  text
    .normalize('NFC')
    .replace(OF_EMOJI, '')
    .replace(UNSEEN, INSTEAD)
    .replace(/\p{Zs}/gu, ' ')
    .replace(ENCLOSING_MARKS, INSTEAD)
    .replace(EXCESS_MARKS, INSTEAD)
    .replace(STRAY_MARKS, INSTEAD);

/** Letters that are written from the right: beside them, digits and signs of other text would change their places. */
const FROM_THE_RIGHT = /[\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFC\u{10800}-\u{10FFF}\u{1E800}-\u{1EFFF}]/u;

export const isWrittenFromTheRight = (text: string): boolean => FROM_THE_RIGHT.test(text);
