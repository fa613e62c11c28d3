// What a change does to a file, as lines for a person: `-` for one that goes and `+` for one that comes.

export interface ChangedLine {
  readonly sign: '-' | '+';
  /** Counts from 1, in the text that has the line. */
  readonly number: number;
  readonly text: string;
}

/** Above it, the lines between the first and the last change are shown whole: a table of all pairs would take too long. */
const MAX_PAIRS = 4_000_000;

const linesOf = (text: string): readonly string[] => (text === '' ? [] : text.replace(/\n$/, '').split('\n'));

/** Lengths of the longest common subsequences of the ends of both lists, by the position in the two. */
function commonLengths(old: readonly string[], now: readonly string[]): readonly Uint32Array[] {
  const rows = Array.from({ length: old.length + 1 }, () => new Uint32Array(now.length + 1));
  for (let i = old.length - 1; i >= 0; i -= 1)
    for (let j = now.length - 1; j >= 0; j -= 1) {
      const [row, below] = [rows[i] as Uint32Array, rows[i + 1] as Uint32Array];
      row[j] = old[i] === now[j] ? (below[j + 1] ?? 0) + 1 : Math.max(below[j] ?? 0, row[j + 1] ?? 0);
    }
  return rows;
}

/** The lines that differ, in order: of one place, those that go before those that come. */
export function diffLines(oldText: string, newText: string): readonly ChangedLine[] {
  const [old, now] = [linesOf(oldText), linesOf(newText)];
  let same = 0;
  while (same < Math.min(old.length, now.length) && old[same] === now[same]) same += 1;
  let end = 0;
  while (end < Math.min(old.length, now.length) - same && old.at(-1 - end) === now.at(-1 - end)) end += 1;
  const [gone, come] = [old.slice(same, old.length - end), now.slice(same, now.length - end)];
  const lengths = gone.length * come.length > MAX_PAIRS ? undefined : commonLengths(gone, come);
  const changes: ChangedLine[] = [];
  let [i, j] = [0, 0];
  while (i < gone.length || j < come.length) {
    const [left, right] = [gone[i], come[j]];
    if (lengths && left !== undefined && left === right) {
      [i, j] = [i + 1, j + 1];
    } else if (
      left !== undefined &&
      (right === undefined || !lengths || (lengths[i + 1]?.[j] ?? 0) >= (lengths[i]?.[j + 1] ?? 0))
    ) {
      i += 1;
      changes.push({ sign: '-', number: same + i, text: left });
    } else {
      j += 1;
      changes.push({ sign: '+', number: same + j, text: right ?? '' });
    }
  }
  return changes;
}
