// Text that others wrote, fit for a terminal.

/** A name may hold anything, also what steers a terminal. */
export const plain = (text: string): string => text.replaceAll(/\p{C}/gu, '?');
