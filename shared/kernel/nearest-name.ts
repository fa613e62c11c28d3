// The name that was most likely meant by a mistyped one. For messages alone: nothing is decided by it.

/** Names that people mistype are short; longer ones are not worth the time, nor is a pasted text. */
const MAX_CHARACTERS = 64;
/** Of four characters of a name, one may be wrong: more, and `NotResource` would mean `Resource`. */
const CHARACTERS_PER_SLIP = 4;
/** A name of fewer characters is part of too many others. */
const MIN_PART_CHARACTERS = 3;

/** `session_policy`, `SessionPolicy` and `session-policy` are one name. */
const fold = (name: string): string => name.replaceAll(/[\s_-]/g, '').toLowerCase();

/** Insertions, deletions, replacements and swaps of neighbours that lead from one to the other. */
function slipsBetween(from: string, to: string): number {
  let beforeLast: readonly number[] = [];
  let last: readonly number[] = Array.from({ length: to.length + 1 }, (_, i) => i);
  for (let i = 1; i <= from.length; i++) {
    const row = [i];
    for (let j = 1; j <= to.length; j++) {
      const changed = (last[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1);
      const swapped = from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1];
      const swap = swapped && j > 1 && i > 1 ? (beforeLast[j - 2] ?? 0) + 1 : changed;
      row.push(Math.min(changed, swap, (last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
    [beforeLast, last] = [last, row];
  }
  return last[to.length] ?? 0;
}

/** The one known name of which it is a part: `arn` means `roleArn`. */
function findWhole(part: string, known: readonly string[]): string | undefined {
  const fitting = part.length < MIN_PART_CHARACTERS ? [] : known.filter((name) => fold(name).includes(part));
  return fitting.length === 1 ? fitting[0] : undefined;
}

/** The known name with the fewest slips, or the only one that contains the written text. Undefined when none is near. */
export function nearestName(written: string, known: readonly string[]): string | undefined {
  if (written.length > MAX_CHARACTERS) return undefined;
  const folded = fold(written);
  const [nearest] = known
    .map((name) => ({ name, slips: slipsBetween(folded, fold(name)) }))
    .filter(
      ({ name, slips }) => slips <= Math.floor(Math.max(name.length, folded.length) / CHARACTERS_PER_SLIP),
    )
    .sort((a, b) => a.slips - b.slips);
  return nearest?.name ?? findWhole(folded, known);
}

/** The end of a message about an unknown name: the one that was meant, if one is near, and all that are known. */
export function offerNames(written: string, known: readonly string[]): string {
  const nearest = nearestName(written, known);
  const meant = nearest === undefined ? '' : `did you mean ${nearest}? `;
  return `${meant}known are ${known.join(', ')}`;
}
