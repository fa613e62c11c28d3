// What a document takes away, counted: what nobody may overlook who meant to change something else.
import type { Change } from '../../../shared/rules/review/diff.ts';

const COUNTED = [
  ['grant', 'grants'],
  ['provider', 'providers'],
  ['role', 'roles'],
  ['connection', 'connections'],
] as const;

/** The section signOn is taken away with its limits; somebody who is blocked no more is nothing that goes. */
const SECTION = 'sessions';

const list = (parts: readonly string[]): string =>
  parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;

/** As in `41 grants, 3 providers and how people sign in`; undefined where nothing goes. */
export function countRemovals(changes: readonly Change[]): string | undefined {
  const removed = changes.filter(({ change }) => change === 'removed');
  const noSignOn = removed.some(({ kind, id }) => kind === 'signOn' && id === SECTION);
  const counts = COUNTED.flatMap(([kind, plural]) => {
    const count = removed.filter((one) => one.kind === kind).length;
    // Their section says it for them.
    if (count === 0 || (kind === 'connection' && noSignOn)) return [];
    return [`${count} ${count === 1 ? kind : plural}`];
  });
  const parts = noSignOn ? [...counts, 'how people sign in'] : counts;
  return parts.length === 0 ? undefined : list(parts);
}
