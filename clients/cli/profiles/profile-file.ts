// What the editors of profile files share: a change of a text, and why a text cannot be changed.
import { err, type Result } from '../../../shared/kernel/result.ts';

/** `line` counts from 1. */
export interface FileFault {
  readonly line: number;
  readonly message: string;
}

/** Gets the text that the file has, or undefined where there is no file. Gives the text that it is to have. */
export type EditText = (text: string | undefined) => Result<string, FileFault>;

/** For the line that holds the offset. */
export const faultAt = (
  text: string,
  offset: number,
  message: string,
): { readonly ok: false; readonly error: FileFault } =>
  err({ line: text.slice(0, offset).split('\n').length, message });

const MARK = '\uFEFF';

/** Clients of every format stumble over a byte order mark. */
export const hasByteOrderMark = (text: string): boolean => text.startsWith(MARK);

/** What became of a profile that is there already. */
export interface ProfileRules {
  /** Overwrites a profile of the same name that stint did not make. */
  readonly replace: boolean;
}

export const notOurs = (name: string): string =>
  `there is a profile ${name} that stint did not make: give it another name with --profile, or overwrite it with --replace`;
