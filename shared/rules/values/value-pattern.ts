// The patterns that a claim's value must match whole before it enters a session policy. A small part of regular
// expressions, without groups, alternatives, look-around and back references, so that matching takes bounded time.
import { err, ok, type Result } from '../../kernel/result.ts';

/**
 * Each repetition of open length multiplies the worst case by the value's length; three over 128 characters stay under 1 ms.
 * `?` counts too: n times `a?` before n times `a` would take 2ⁿ steps.
 */
const MAX_OPEN_REPETITIONS = 3;
/** Longer values do not belong in a policy of 2,048 bytes. */
export const MAX_VALUE_CHARACTERS = 128;

// One item: a class, an escaped or a plain character; then perhaps a repetition.
const ITEM =
  /(?:\[\^?(?:\\[dws.\-\]\\]|[^\\[\]])+\]|\\[dws.\-+]|[A-Za-z0-9 _@:=,.%&~-])(?:[?*+]|\{\d{1,3}(?:,\d{0,3})?\})?/y;
const OPEN_REPETITION = /(?:[?*+]|\{\d+,\d*\})$/;

export interface ValuePattern {
  matches(value: string): boolean;
}

function readItems(pattern: string): readonly string[] | undefined {
  const items: string[] = [];
  ITEM.lastIndex = 0;
  let end = 0;
  for (let match = ITEM.exec(pattern); match; match = ITEM.exec(pattern)) {
    items.push(match[0]);
    end = ITEM.lastIndex;
  }
  ITEM.lastIndex = 0;
  return end === pattern.length && items.length > 0 ? items : undefined;
}

/** Takes a pattern such as `[A-Za-z0-9_-]{1,64}`. The error says what to write instead. */
export function parseValuePattern(pattern: string): Result<ValuePattern, string> {
  const items = readItems(pattern);
  if (!items)
    return err('use characters, [classes] and repetitions ? * + {m,n} only: no groups, no | and no anchors');
  if (items.filter((item) => OPEN_REPETITION.test(item)).length > MAX_OPEN_REPETITIONS) {
    return err(`use at most ${MAX_OPEN_REPETITIONS} repetitions of open length`);
  }
  if (!compiles(pattern)) return err('is not a valid pattern');
  const whole = new RegExp(`^(?:${pattern})$`, 'u');
  return ok({ matches: (value) => value.length <= MAX_VALUE_CHARACTERS && whole.test(value) });
}

function compiles(pattern: string): boolean {
  try {
    new RegExp(pattern, 'u'); // alone first: `a)(b` would compile once it is wrapped
    return true;
  } catch {
    return false;
  }
}
