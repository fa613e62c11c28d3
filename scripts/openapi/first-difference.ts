// The first place where two texts differ, short enough to read in a CI log.

const CONTEXT_LINES = 3;
const MAX_LINES = 12;

function commonStart(a: readonly string[], b: readonly string[]): number {
  const end = Math.min(a.length, b.length);
  let index = 0;
  while (index < end && a[index] === b[index]) index++;
  return index;
}

function marked(mark: string, lines: readonly string[]): readonly string[] {
  const shown = lines.slice(0, MAX_LINES).map((line) => `${mark} ${line}`);
  return lines.length > MAX_LINES ? [...shown, `${mark} … ${lines.length - MAX_LINES} more lines`] : shown;
}

/** Undefined when the texts are equal. */
export function firstDifference(present: string, wanted: string): string | undefined {
  if (present === wanted) return undefined;
  const before = present.split('\n');
  const after = wanted.split('\n');
  const start = commonStart(before, after);
  const restBefore = before.slice(start).reverse();
  const restAfter = after.slice(start).reverse();
  const same = commonStart(restBefore, restAfter);
  return [
    `line ${start + 1}:`,
    ...marked(' ', before.slice(Math.max(0, start - CONTEXT_LINES), start)),
    ...marked('-', restBefore.slice(same).reverse()),
    ...marked('+', restAfter.slice(same).reverse()),
  ].join('\n');
}
