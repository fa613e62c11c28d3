// The patterns that a whole text must match: the value of a claim before it enters a session policy, and the name of a group
// before it counts. A small part of regular expressions, without groups, alternatives, look-around and back references, so that
// matching takes bounded time.
import { err, ok, type Result } from '../../kernel/result.ts';

/** Longer values do not belong in a policy of 2,048 bytes. */
export const MAX_VALUE_CHARACTERS = 128;
/** A name of a group that is longer matches no pattern. */
const MAX_NAME_CHARACTERS = 256;

interface Dialect {
  /** One item: a class, an escaped or a plain character; then perhaps a repetition. */
  readonly item: RegExp;
  /**
   * Each repetition of open length multiplies the worst case by the text's length. `?` counts too: n times `a?` before n times
   * `a` would take 2ⁿ steps.
   */
  readonly openRepetitions: number;
  readonly maxCharacters: number;
}

/** Three repetitions over 128 characters stay under 1 ms. */
const VALUES: Dialect = {
  item: /(?:\[\^?(?:\\[dws.\-\]\\]|[^\\[\]])+\]|\\[dws.\-+]|[A-Za-z0-9 _@:=,.%&~-])(?:[?*+]|\{\d{1,3}(?:,\d{0,3})?\})?/y,
  openRepetitions: 3,
  maxCharacters: MAX_VALUE_CHARACTERS,
};
/** One token may list 15,000 characters of names: two repetitions over 256 characters each stay under 10 ms for all of them. */
const NAMES: Dialect = {
  item: /(?:\[\^?(?:\\[dws.\-\]\\]|[^\\[\]])+\]|\\[dws.\-+]|[\p{L}\p{N} _@:=,.%&~/#-])(?:[?*+]|\{\d{1,3}(?:,\d{0,3})?\})?/uy,
  openRepetitions: 2,
  maxCharacters: MAX_NAME_CHARACTERS,
};
const OPEN_REPETITION = /(?:[?*+]|\{\d+,\d*\})$/;

export interface ValuePattern {
  matches(value: string): boolean;
}

function readItems(pattern: string, item: RegExp): readonly string[] | undefined {
  const items: string[] = [];
  item.lastIndex = 0;
  let end = 0;
  for (let match = item.exec(pattern); match; match = item.exec(pattern)) {
    items.push(match[0]);
    end = item.lastIndex;
  }
  item.lastIndex = 0;
  return end === pattern.length && items.length > 0 ? items : undefined;
}

/** Takes a pattern such as `[A-Za-z0-9_-]{1,64}`. The error says what to write instead. */
export const parseValuePattern = (pattern: string): Result<ValuePattern, string> => parse(pattern, VALUES);

/** The same for names of groups, which may have slashes and letters of any script: `/teams/[^/]+`. */
export const parseNamePattern = (pattern: string): Result<ValuePattern, string> => parse(pattern, NAMES);

function parse(
  pattern: string,
  { item, openRepetitions, maxCharacters }: Dialect,
): Result<ValuePattern, string> {
  const items = readItems(pattern, item);
  if (!items)
    return err('use characters, [classes] and repetitions ? * + {m,n} only: no groups, no | and no anchors');
  if (items.filter((one) => OPEN_REPETITION.test(one)).length > openRepetitions)
    return err(`use at most ${openRepetitions} repetitions of open length`);
  if (!compiles(pattern)) return err('is not a valid pattern');
  const whole = new RegExp(`^(?:${pattern})$`, 'u');
  return ok({ matches: (value) => value.length <= maxCharacters && whole.test(value) });
}

function compiles(pattern: string): boolean {
  try {
    new RegExp(pattern, 'u'); // alone first: `a)(b` would compile once it is wrapped
    return true;
  } catch {
    return false;
  }
}
