// RAM's wildcards: `*` is any run of characters, `?` is exactly one. Nothing here compiles a regular expression,
// so a hostile pattern costs at most |pattern| × |value| steps.

/** Matches by remembering only the last `*`: earlier ones never need to be tried again. */
export function matchesGlob(
  pattern: string,
  value: string,
  { ignoreCase }: { readonly ignoreCase: boolean },
): boolean {
  const p = ignoreCase ? pattern.toLowerCase() : pattern;
  const v = ignoreCase ? value.toLowerCase() : value;
  let [i, j, afterStar, resumeAt] = [0, 0, -1, 0];
  while (j < v.length) {
    if (p[i] === '*') {
      i += 1;
      [afterStar, resumeAt] = [i, j];
    } else if (i < p.length && (p[i] === '?' || p[i] === v[j])) {
      i += 1;
      j += 1;
    } else if (afterStar >= 0) {
      resumeAt += 1;
      [i, j] = [afterStar, resumeAt];
    } else {
      return false;
    }
  }
  while (p[i] === '*') i += 1;
  return i === p.length;
}

/** Positions reached in a pattern, one bit a position. */
type Positions = bigint;

interface Automaton {
  readonly start: Positions;
  readonly accepting: Positions;
  /** The positions after one more character; undefined stands for a character that the pattern does not name. */
  readonly step: (from: Positions, character: string | undefined) => Positions;
}

const collapseStars = (pattern: string): string => pattern.replace(/\*+/g, '*');

function automatonOf(pattern: string): Automaton {
  const text = collapseStars(pattern);
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
      const literal = character === undefined ? 0n : (literals.get(character) ?? 0n);
      return skipStars((from & stars) | ((from & (wildcards | literal)) << 1n));
    },
  };
}

/** Reaching fewer positions is harder: only the smallest sets can refute containment, so the rest are dropped. */
function keepSmallest(sets: readonly Positions[]): Positions[] {
  const distinct = [...new Set(sets)];
  return distinct.filter((set) => !distinct.some((other) => other !== set && (other & set) === other));
}

/** Every set that can be reached with a run of unnamed characters of any length, none included. */
function afterAnyRun(from: Positions, outer: Automaton): Positions[] {
  const reached: Positions[] = [];
  for (let set = from; !reached.includes(set); set = outer.step(set, undefined)) reached.push(set);
  return reached;
}

/** Bounds the work on adversarial pairs; past it the answer is "not proven". Real policies need one or two. */
const MAX_OPEN_SETS = 256;

/**
 * Is every string that `inner` matches matched by `outer`? Where `inner` has a wildcard it is enough to try a
 * character that `outer` does not name: only a wildcard of `outer` can take it, and that takes any other as well.
 */
export function globContains(outer: string, inner: string): boolean {
  const automaton = automatonOf(outer);
  let sets: readonly Positions[] = [automaton.start];
  for (const character of collapseStars(inner).split('')) {
    const next =
      character === '*'
        ? sets.flatMap((set) => afterAnyRun(set, automaton))
        : sets.map((set) => automaton.step(set, character === '?' ? undefined : character));
    sets = keepSmallest(next);
    if (sets.length > MAX_OPEN_SETS) return false;
  }
  return sets.every((set) => (set & automaton.accepting) !== 0n);
}

/** Is there a string that both match? */
export function globsOverlap(left: string, right: string): boolean {
  const [a, b] = [collapseStars(left), collapseStars(right)];
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
