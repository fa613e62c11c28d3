// Text that others wrote, made fit to be shown to a person on a page, in a terminal or in a table. A name may hold characters
// that steer a terminal, turn a line around, are invisible, or draw over the lines beside them.

/** Takes the place of each character that may not be shown, so that a name with a hidden one does not look like one without. */
const INSTEAD = '?';

/** How many marks one letter may have. Vietnamese and Thai need two; a stack of them draws over its neighbours. */
const MARKS = 2;

/** Marks that follow no letter: they would be drawn over the character before them. */
const STRAY_MARKS = /(?<=^|[\s?])\p{M}+/gu;
const ENCLOSING_MARKS = /\p{Me}+/gu;
const EXCESS_MARKS = new RegExp(`(?<=\\p{M}{${MARKS}})\\p{M}+`, 'gu');
/** Controls, marks of direction, parts of characters, characters without width, and two letters that look like a space. */
const UNSEEN = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800\u{1D159}]/gu;
/** Choosing how an emoji looks, and joining two. They are dropped: the emoji itself is visible. */
const OF_EMOJI = /(?<=\p{Emoji})\uFE0F|(?<=\p{Emoji}\uFE0F?)\u200D(?=\p{Emoji})/gu;

/** The text in NFC, with `?` in place of each character that may not be shown. */
export const showable = (text: string): string =>
  text
    .normalize('NFC')
    .replace(OF_EMOJI, '')
    .replace(UNSEEN, INSTEAD)
    .replace(/\p{Zs}/gu, ' ')
    .replace(ENCLOSING_MARKS, INSTEAD)
    .replace(EXCESS_MARKS, INSTEAD)
    .replace(STRAY_MARKS, INSTEAD);

/** Letters that are written from the right. Digits and signs of other text change their places beside them. */
const FROM_THE_RIGHT = /[\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFC\u{10800}-\u{10FFF}\u{1E800}-\u{1EFFF}]/u;

export const isWrittenFromTheRight = (text: string): boolean => FROM_THE_RIGHT.test(text);
