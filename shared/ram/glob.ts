// RAM's wildcards: `*` is any run of characters, `?` is exactly one. Nothing here compiles a regular expression, so a hostile
// pattern costs at most |pattern| × |value| steps. A doubt about two patterns is decided against the caller: one is
// not contained in the other, and they overlap. Source: Alibaba Cloud RAM, "Policy elements".

/** Character codes: to read a code makes no string, and containment reads very many. */
const STAR = 0x2a;
const SINGLE = 0x3f;

/** The next index of `value` at which the pattern from `at` on could match; negative if there is none. */
function nextStart(pattern: string, at: number, value: string, from: number): number {
  return pattern.charCodeAt(at) === SINGLE ? from : value.indexOf(pattern.charAt(at), from);
}

/** Does the pattern match the whole value? Only the last `*` is remembered: earlier ones never need to be tried again. */
export function matchesGlob(
  pattern: string,
  value: string,
  { ignoreCase }: { readonly ignoreCase: boolean },
): boolean {
  const p = ignoreCase ? pattern.toLowerCase() : pattern;
  const v = ignoreCase ? value.toLowerCase() : value;
  let i = 0;
  let j = 0;
  let afterStar = -1;
  let resumeAt = 0;
  while (j < v.length) {
    const code = p.charCodeAt(i);
    if (code === STAR) {
      i += 1;
      if (i === p.length) return true;
      afterStar = i;
      resumeAt = j;
    } else if (code === SINGLE || code === v.charCodeAt(j)) {
      i += 1;
      j += 1;
    } else if (afterStar >= 0) {
      resumeAt = nextStart(p, afterStar, v, resumeAt + 1);
      if (resumeAt < 0) return false;
      i = afterStar;
      j = resumeAt;
    } else {
      return false;
    }
  }
  while (p.charCodeAt(i) === STAR) i += 1;
  return i === p.length;
}

/** RAM does not say whether `?` is one byte, one UTF-16 unit or one character. In ASCII it is all three. */
const isAscii = (text: string): boolean => /^\p{ASCII}*$/u.test(text);

/** Writes each run of wildcards as its `?` and then at most one `*`: it matches the same, and costs less to compare. */
function regroupWildcards(pattern: string): string {
  return pattern.replace(/[*?]{2,}/g, (run) => {
    const singles = run.replaceAll('*', '');
    return singles.length < run.length ? `${singles}*` : run;
  });
}

/** Positions reached in a pattern, one bit a position. */
type Positions = bigint;

interface Automaton {
  readonly start: Positions;
  readonly accepting: Positions;
  /** The positions after one more character; undefined stands for a character that the pattern does not name. */
  readonly step: (from: Positions, character: string | undefined) => Positions;
}

function automatonOf(text: string): Automaton {
  let [stars, wildcards]: [Positions, Positions] = [0n, 0n];
  const literals = new Map<string, Positions>();
  for (let i = 0; i < text.length; i += 1) {
    const [character, bit] = [text.charAt(i), 1n << BigInt(i)];
    if (character === '*') stars |= bit;
    else if (character === '?') wildcards |= bit;
    else literals.set(character, (literals.get(character) ?? 0n) | bit);
  }
  const skipStars = (from: Positions): Positions => from | ((from & stars) << 1n);
  return {
    start: skipStars(1n),
    accepting: 1n << BigInt(text.length),
    step(from, character) {
      if (character === undefined) return skipStars((from & stars) | ((from & wildcards) << 1n));
      const taking = (literals.get(character) ?? 0n) | (isAscii(character) ? wildcards : 0n);
      return skipStars((from & stars) | ((from & taking) << 1n));
    },
  };
}

/** Fewer positions match less: only the smallest sets can refute containment, so the rest are dropped. */
function keepSmallest(sets: readonly Positions[]): readonly Positions[] {
  if (sets.length === 1) return sets;
  const distinct = [...new Set(sets)];
  return distinct.filter((set) => !distinct.some((other) => other !== set && (other & set) === other));
}

/** Bounds the work on hostile pairs; beyond it the answer is "not proved". Real policies need one or two. */
const MAX_OPEN_SETS = 16;

/** Every set that can be reached with a run of unnamed characters of any length, also of length 0. */
function afterAnyRun(from: Positions, outer: Automaton): Positions[] {
  const reached: Positions[] = [];
  for (let set = from; !reached.includes(set) && reached.length <= MAX_OPEN_SETS; ) {
    reached.push(set);
    set = outer.step(set, undefined);
  }
  return reached;
}

function walkContains(outer: string, inner: string): boolean {
  const automaton = automatonOf(outer);
  let sets: readonly Positions[] = [automaton.start];
  for (const character of inner.split('')) {
    const next =
      character === '*'
        ? sets.flatMap((set) => afterAnyRun(set, automaton))
        : sets.map((set) => automaton.step(set, character === '?' ? undefined : character));
    if (next.length > MAX_OPEN_SETS) return false;
    sets = keepSmallest(next);
  }
  return sets.every((set) => (set & automaton.accepting) !== 0n);
}

/** The length of what two patterns share before the first wildcard of `outer`; undefined if they differ before it. */
function commonHead(outer: string, inner: string): number | undefined {
  for (let i = 0; i < outer.length; i += 1) {
    const code = outer.charCodeAt(i);
    if (code === STAR || code === SINGLE) return i;
    if (code !== inner.charCodeAt(i)) return undefined;
  }
  return outer.length;
}

/**
 * Does `outer` certainly match every string that `inner` matches? Both are compared with regard to case.
 *
 * Where `inner` has a wildcard, it is enough to try a character that `outer` does not name: only a wildcard of `outer` can
 * take it, and that takes any other as well. An `outer` without `?` can take it with `*` alone, which takes none and many
 * too. `inner` may then be read as if it were a value, with its wildcards as characters that `outer` cannot name.
 */
export function globContains(outer: string, inner: string): boolean {
  if (outer === inner) return true;
  const head = commonHead(outer, inner);
  if (head === undefined || head === outer.length) return false;
  const [wide, narrow] = [outer.slice(head), inner.slice(head)];
  if (wide === '*') return true;
  if (!wide.includes('?')) return matchesGlob(wide, narrow, { ignoreCase: false });
  return walkContains(regroupWildcards(wide), regroupWildcards(narrow));
}

const isWildcard = (character: string): boolean => character === '*' || character === '?';

/** Do the patterns differ before the first wildcard, or after the last? This settles nearly every real pair. */
function differAtAnEnd(a: string, b: string): boolean {
  const length = Math.min(a.length, b.length);
  for (const at of [
    (text: string, i: number) => text.charAt(i),
    (text: string, i: number) => text.charAt(text.length - 1 - i),
  ]) {
    for (let i = 0; i < length; i += 1) {
      const [x, y] = [at(a, i), at(b, i)];
      if (isWildcard(x) || isWildcard(y)) break;
      if (x !== y) return true;
    }
  }
  return false;
}

/** Pairs of positions that one comparison may visit; beyond it the patterns count as overlapping. */
const MAX_POSITION_PAIRS = 65_536;

/** Is there a string that both patterns match? A no is certain; a yes may mean that this is not known. */
export function globsOverlap(left: string, right: string): boolean {
  if (differAtAnEnd(left, right)) return false;
  const certain = isAscii(left) && isAscii(right);
  const [a, b] = [left, right].map((text) => regroupWildcards(certain ? text : text.replaceAll('?', '*')));
  if (a === undefined || b === undefined) return true;
  if ((a.length + 1) * (b.length + 1) > MAX_POSITION_PAIRS) return true;
  return walkOverlap(a, b);
}

function walkOverlap(a: string, b: string): boolean {
  const seen = new Set<number>();
  const open: (readonly [number, number])[] = [[0, 0]];
  for (let pair = open.pop(); pair !== undefined; pair = open.pop()) {
    const [i, j] = pair;
    const id = i * (b.length + 1) + j;
    if (seen.has(id)) continue;
    seen.add(id);
    if (i === a.length && j === b.length) return true;
    const [x, y] = [a[i], b[j]];
    if (x === '*') open.push([i + 1, j]);
    if (y === '*') open.push([i, j + 1]);
    if (x === undefined || y === undefined) continue;
    if (x === '*' || y === '*' || x === '?' || y === '?' || x === y) {
      open.push([x === '*' ? i : i + 1, y === '*' ? j : j + 1]);
    }
  }
  return false;
}
