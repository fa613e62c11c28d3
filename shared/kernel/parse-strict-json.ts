// JSON that every reader reads alike. Refused are an object that names a member twice, of which readers take different ones
// (RFC 8259 section 4), the member `__proto__`, which some readers drop and some obey, and a number too large for a double, which
// reads as infinity. The nesting is bounded, and on request the number of values.
import { err, ok, type Result } from './result.ts';

/** Deeper than any token, policy or request that Stint reads; a deep value costs more to walk than to send. */
export const MAX_JSON_DEPTH = 32;

export type JsonFault = 'not-json' | 'duplicate-member' | 'reserved-member' | 'too-deep' | 'too-many-values';

const PROTOTYPE = '__proto__';

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_LIST = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** The index behind the string that begins at `start`. Each character is looked at twice at most. */
function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (end >= 0) {
    let before = end - 1;
    while (before > start && text.charCodeAt(before) === BACKSLASH) before -= 1;
    if ((end - before) % 2 === 1) return end + 1;
    end = text.indexOf('"', end + 1);
  }
  return text.length;
}

/**
 * How many members the text names, or which bound it breaks. Builds nothing and stops at the bound, since building values
 * costs many times what reading costs. For a text that is not JSON the result means nothing.
 */
function countNames(text: string, maxValues: number): Result<number, JsonFault> {
  let [names, values, depth] = [0, 1, 0];
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfString(text, at) - 1;
    else if (code === COLON) names += 1;
    else if (code === CLOSE_OBJECT || code === CLOSE_LIST) depth -= 1;
    else if (code === OPEN_OBJECT || code === OPEN_LIST) {
      depth += 1;
      values += 1;
    } else if (code === COMMA) values += 1;
    if (depth > MAX_JSON_DEPTH) return err('too-deep');
    if (values > maxValues) return err('too-many-values');
  }
  return ok(names);
}

interface Seen {
  names: number;
}

/** Looks for faults in the parsed value, and counts its members: fewer than the text names, where a name came twice. */
function findFault(value: unknown, seen: Seen): JsonFault | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : 'not-json';
  if (typeof value !== 'object' || value === null) return undefined;
  const isList = Array.isArray(value);
  if (!isList && Object.hasOwn(value, PROTOTYPE)) return 'reserved-member';
  const inner: readonly unknown[] = isList ? value : Object.values(value);
  if (!isList) seen.names += inner.length;
  for (const one of inner) {
    const fault = findFault(one, seen);
    if (fault) return fault;
  }
  return undefined;
}

/** The value of the text. `maxValues` bounds the members and items in it; MAX_JSON_DEPTH always bounds the nesting. */
export function parseStrictJson(
  text: string,
  maxValues = Number.POSITIVE_INFINITY,
): Result<unknown, JsonFault> {
  const named = countNames(text, maxValues);
  if (!named.ok) return named;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return err('not-json');
  }
  const seen = { names: 0 };
  const fault = findFault(value, seen);
  if (fault) return err(fault);
  // "a" and "\u0061" are one name, and of two members with one name JSON.parse has kept the last.
  return seen.names === named.value ? ok(value) : err('duplicate-member');
}
