// Counts what a document removes, for the person who confirms it: they may have meant to change something else.
import type { Change } from '../../../shared/rules/review/diff.ts';

const COUNTED = [
  ['grant', 'grants'],
  ['provider', 'providers'],
  ['role', 'roles'],
  ['connection', 'connections'],
] as const;

/** The entry that goes when the section signOn does. Other entries, such as a person who is blocked no more, do not count. */
const SECTION = 'sessions';

const list = (parts: readonly string[]): string =>
  parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;

/** In words, such as `41 grants, 3 providers and how people sign in`; undefined where nothing is removed. */
export function countRemovals(changes: readonly Change[]): string | undefined {
  const removed = changes.filter(({ change }) => change === 'removed');
  const noSignOn = removed.some(({ kind, id }) => kind === 'signOn' && id === SECTION);
  const counts = COUNTED.flatMap(([kind, plural]) => {
    const count = removed.filter((one) => one.kind === kind).length;
    // Connections go with their section, which is named.
    if (count === 0 || (kind === 'connection' && noSignOn)) return [];
    return [`${count} ${count === 1 ? kind : plural}`];
  });
  const parts = noSignOn ? [...counts, 'how people sign in'] : counts;
  return parts.length === 0 ? undefined : list(parts);
}
