// The set of request values that one value of a condition admits: a text, a pattern, a range of numbers or times, a network,
// a truth value. Membership is for evaluate, subset and disjointness are for proofs. Sets of different types are never
// compared, because no documentation says what "10" means under two types.

import { covers, formatNetwork, isInNetwork, type Network, parseNetwork } from '../kernel/ip-network.ts';
import { globContains, globsOverlap, matchesGlob } from './glob.ts';

interface TextSet {
  readonly type: 'text';
  readonly match: 'exact' | 'folded' | 'glob';
  readonly text: string;
}

interface Range {
  readonly type: 'number' | 'time';
  /** A number, or milliseconds since 1970 in UTC. */
  readonly low: number;
  readonly high: number;
  /** Whether the bounds themselves belong to the range; without effect on an infinite bound. */
  readonly closed: boolean;
}

interface BooleanSet {
  readonly type: 'boolean';
  readonly value: string;
}

interface NetworkSet {
  readonly type: 'network';
  readonly network: Network;
}

export type ValueSet = TextSet | Range | BooleanSet | NetworkSet;

const fold = (text: string): string => text.toLowerCase();

/** Doubles keep any two decimals of 15 digits apart; with more digits, two limits could look like one. */
const MAX_EXACT_DIGITS = 15;
const DECIMAL = /^-?\d+(?:\.\d+)?$/;
const MAX_NUMBER_CHARS = MAX_EXACT_DIGITS + 2;

function readNumber(text: string): number | undefined {
  if (text.length > MAX_NUMBER_CHARS || !DECIMAL.test(text)) return undefined;
  return text.replace(/\D/g, '').length <= MAX_EXACT_DIGITS ? Number(text) : undefined;
}

/** Milliseconds at most: a Date loses finer fractions, and two limits could look like one. */
const ISO_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2})$/;

/** With its offset, a time may lie outside of the years that four digits can write. */
const FIRST_MILLIS = Date.parse('0000-01-01T00:00:00Z');
const LAST_MILLIS = Date.parse('9999-12-31T23:59:59.999Z');

/** `Date.parse` turns 30 February into a day in March, which would move a mistyped deadline. */
function isCalendarDay(day: string): boolean {
  const parsed = new Date(`${day}T00:00:00Z`);
  return parsed.getUTCDate() === Number(day.slice(-2));
}

function readTime(text: string): number | undefined {
  if (!ISO_TIME.test(text) || !isCalendarDay(text.slice(0, 10))) return undefined;
  const millis = Date.parse(text);
  return millis >= FIRST_MILLIS && millis <= LAST_MILLIS ? millis : undefined;
}

const isBoolean = (text: string): boolean => text === 'true' || text === 'false';

export const exactText = (text: string): ValueSet => ({ type: 'text', match: 'exact', text });
export const foldedText = (text: string): ValueSet => ({ type: 'text', match: 'folded', text: fold(text) });
export const likeText = (text: string): ValueSet =>
  /[*?]/.test(text) ? { type: 'text', match: 'glob', text } : exactText(text);

export const booleanSet = (text: string): ValueSet | undefined =>
  isBoolean(text) ? { type: 'boolean', value: text } : undefined;

export function networkSet(text: string): ValueSet | undefined {
  const network = parseNetwork(text);
  return network && { type: 'network', network };
}

/** One text for all spellings of a network: IPv4-mapped, with host bits, in upper case. */
export function writeNetwork(text: string): string {
  const network = parseNetwork(text);
  return network ? formatNetwork(network) : text;
}

/** One text for all spellings of an instant: RAM's own form, ISO 8601 in UTC with seconds. */
export function writeTime(text: string): string {
  const millis = readTime(text);
  return millis === undefined ? text : new Date(millis).toISOString().replace('.000Z', 'Z');
}

export type Order = '=' | '<' | '<=' | '>' | '>=';

function rangeFrom(type: Range['type'], order: Order, bound: number): Range {
  const closed = order !== '<' && order !== '>';
  const low = order.startsWith('<') ? Number.NEGATIVE_INFINITY : bound;
  const high = order.startsWith('>') ? Number.POSITIVE_INFINITY : bound;
  return { type, low, high, closed };
}

export function numberRange(order: Order, text: string): ValueSet | undefined {
  const bound = readNumber(text);
  return bound === undefined ? undefined : rangeFrom('number', order, bound);
}

export function timeRange(order: Order, text: string): ValueSet | undefined {
  const bound = readTime(text);
  return bound === undefined ? undefined : rangeFrom('time', order, bound);
}

function isInText({ match, text }: TextSet, actual: string): boolean {
  if (match === 'glob') return matchesGlob(text, actual, { ignoreCase: false });
  return match === 'folded' ? fold(actual) === text : actual === text;
}

/** Is the request's value in the set? Undefined when the value cannot be read as the set's type. */
export function isMember(actual: string, set: ValueSet): boolean | undefined {
  if (set.type === 'text') return isInText(set, actual);
  if (set.type === 'boolean') return isBoolean(actual) ? actual === set.value : undefined;
  if (set.type === 'network') return isInNetwork(actual, set.network);
  const number = set.type === 'number' ? readNumber(actual) : readTime(actual);
  if (number === undefined) return undefined;
  return set.closed ? set.low <= number && number <= set.high : set.low < number && number < set.high;
}

function isTextWithin(narrow: TextSet, wide: TextSet): boolean {
  if (wide.match === 'glob') return narrow.match !== 'folded' && globContains(wide.text, narrow.text);
  if (narrow.match === 'glob') return false;
  if (wide.match === 'folded') return fold(narrow.text) === wide.text;
  return narrow.match === 'exact' && narrow.text === wide.text;
}

function isRangeWithin(narrow: Range, wide: Range): boolean {
  if (wide.low > narrow.low || narrow.high > wide.high) return false;
  const touches =
    (wide.low === narrow.low && Number.isFinite(wide.low)) ||
    (wide.high === narrow.high && Number.isFinite(wide.high));
  return wide.closed || !narrow.closed || !touches;
}

/** The pattern `*` holds every value of a key that the request has, whatever its type. */
const isAnyText = (set: ValueSet): boolean =>
  set.type === 'text' && set.match === 'glob' && /^\*+$/.test(set.text);

/** Is every value of `narrow` certainly in `wide`? */
export function isWithin(narrow: ValueSet, wide: ValueSet): boolean {
  if (isAnyText(wide)) return true;
  if (narrow.type === 'text') return wide.type === 'text' && isTextWithin(narrow, wide);
  if (narrow.type === 'boolean') return wide.type === 'boolean' && narrow.value === wide.value;
  if (narrow.type === 'network') return wide.type === 'network' && covers(wide.network, narrow.network);
  return narrow.type === wide.type && isRangeWithin(narrow, wide);
}

function areTextsApart(a: TextSet, b: TextSet): boolean {
  if (a.match === 'glob' || b.match === 'glob') {
    // Folding a pattern is not safe in every script: "Σ" folds differently at the end of a word.
    return a.match !== 'folded' && b.match !== 'folded' && !globsOverlap(a.text, b.text);
  }
  return a.match === 'exact' && b.match === 'exact' ? a.text !== b.text : fold(a.text) !== fold(b.text);
}

const isBelow = (a: Range, b: Range): boolean =>
  a.high < b.low || (a.high === b.low && !(a.closed && b.closed));

/** Do the two sets certainly have no value in common? */
export function areApart(a: ValueSet, b: ValueSet): boolean {
  if (a.type === 'text') return b.type === 'text' && areTextsApart(a, b);
  if (a.type === 'boolean') return b.type === 'boolean' && a.value !== b.value;
  if (a.type === 'network') {
    return b.type === 'network' && !covers(a.network, b.network) && !covers(b.network, a.network);
  }
  return a.type === b.type && (isBelow(a, b) || isBelow(b, a));
}
