// What is wrong with an access document, and where. A fault never repeats a value of the document, only its keys
// and ids: a reader of a CI log may not be allowed to read the document.

/** Keys and list positions from the top of the document. */
export type DocumentPath = readonly (string | number)[];

export interface PathFault {
  readonly path: DocumentPath;
  /** What to do about it, as an instruction. */
  readonly message: string;
  /** A key at the path, used only to find the line. */
  readonly key?: string;
  /** Another place that has the same value; the end of the message names it. */
  readonly sameAs?: DocumentPath;
}

export interface DocumentFault {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** As in `grants[0].to.subject`; empty for the whole document. */
  readonly path: string;
  readonly message: string;
}

/** A key of the document may hold anything, also terminal escapes and, by accident, a pasted secret. */
const MAX_SHOWN_KEY_CHARACTERS = 40;

export function showKey(key: string): string {
  const plain = key.replaceAll(/[^\x20-\x7e]/g, '?');
  return plain.length > MAX_SHOWN_KEY_CHARACTERS ? `${plain.slice(0, MAX_SHOWN_KEY_CHARACTERS)}…` : plain;
}

export function showPath(path: DocumentPath): string {
  const steps = path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${showKey(step)}`));
  return steps.join('').replace(/^\./, '');
}
