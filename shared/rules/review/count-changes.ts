// The totals of a change: for the person who confirms it, who may have meant to change something else, and for the history.
import * as z from 'zod';
import type { Change, EntryKind } from './diff.ts';

const Counts = z.record(z.string(), z.int().min(1));

/** Numbers of entries, by kind. A kind that is absent has none. */
export const Totals = z.object({ removed: Counts, added: Counts, changed: Counts });
export type Totals = z.infer<typeof Totals>;

/** A section of signOn is one entry; a person who is blocked is another, of the same kind. */
type Counted = Exclude<EntryKind, 'signOn'> | 'blocked' | 'signOn';

/** The entry that goes when the section signOn does, and its passkey limits beside it. */
const SECTION = ['sessions', 'passkeys'];

const countedAs = ({ kind, id }: Change): Counted =>
  kind === 'signOn' && !SECTION.includes(id) ? 'blocked' : kind;

export function countChanges(changes: readonly Change[]): Totals {
  const totals: Totals = { removed: {}, added: {}, changed: {} };
  const count = (counts: Record<string, number>, kind: Counted) => {
    counts[kind] = (counts[kind] ?? 0) + 1;
  };
  for (const change of changes) {
    const kind = countedAs(change);
    if (change.replaces) {
      count(totals.removed, kind);
      count(totals.added, kind);
    } else count(totals[change.change === 'reordered' ? 'changed' : change.change], kind);
  }
  return totals;
}

/** One and several, in the order in which they are said. */
const WORDS: Readonly<Record<Exclude<Counted, 'signOn'>, readonly [one: string, several: string]>> = {
  grant: ['grant', 'grants'],
  provider: ['provider', 'providers'],
  role: ['role', 'roles'],
  connection: ['connection', 'connections'],
  directory: ['directory', 'directories'],
  client: ['partner', 'partners'],
  key: ['key', 'keys'],
  certificate: ['certificate', 'certificates'],
  trust: ['trusted account, user or role', 'trusted accounts, users and roles'],
  account: ['name of an account', 'names of accounts'],
  policy: ['pinned policy', 'pinned policies'],
  blocked: ['blocked person', 'blocked people'],
  test: ['test', 'tests'],
};

const list = (parts: readonly string[]): string =>
  parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;

function formatCounts(
  counts: Readonly<Record<string, number>>,
  signOn: string,
  withSignOn: readonly string[],
) {
  const isSignOn = counts['signOn'] !== undefined;
  const parts = Object.entries(WORDS).flatMap(([kind, [one, several]]) => {
    const count = counts[kind] ?? 0;
    // What goes or comes with the section signOn is not said beside it.
    if (count === 0 || (isSignOn && withSignOn.includes(kind))) return [];
    return [`${count} ${count === 1 ? one : several}`];
  });
  return list(isSignOn ? [...parts, signOn] : parts);
}

const WITHIN_SIGN_ON = ['connection', 'directory'];

/** In words, such as `41 grants, 3 providers and how people sign in`; undefined where nothing is removed that anyone could miss. */
export function formatRemovals({ removed }: Totals): string | undefined {
  // A pinned policy and the name of an account give nothing by themselves: grants and roles do.
  const { policy: _policy, account: _account, ...counts } = removed;
  const said = formatCounts(counts, 'how people sign in', WITHIN_SIGN_ON);
  return said === '' ? undefined : said;
}

const HOW_PEOPLE_SIGN_IN = {
  removed: 'how people sign in',
  added: 'how people sign in',
  changed: 'how long people stay signed in',
} as const;
const VERBS = { removed: 'removes', added: 'adds', changed: 'changes' } as const;

/** One line of all that changes, removals first: `removes 41 grants; adds 1 role`. Undefined where nothing changes. */
export function formatTotals(totals: Totals): string | undefined {
  const parts = (['removed', 'added', 'changed'] as const).flatMap((change) => {
    const within = change === 'changed' ? [] : WITHIN_SIGN_ON;
    const said = formatCounts(totals[change], HOW_PEOPLE_SIGN_IN[change], within);
    return said === '' ? [] : [`${VERBS[change]} ${said}`];
  });
  return parts.length === 0 ? undefined : parts.join('; ');
}

/** What a removal means for people beyond the entry that goes: a line each. */
export function explainRemovals({ removed }: Totals): readonly string[] {
  const lines: readonly (readonly [readonly string[], string])[] = [
    [['signOn'], 'Everyone is signed out within 5 seconds, and nobody can sign in at the portal.'],
    [
      removed['signOn'] ? [] : ['connection'],
      'People who sign in at a connection that goes are signed out within 5 seconds, and cannot sign in there.',
    ],
    [
      ['grant', 'provider', 'role', 'client', 'key', 'certificate', 'trust'],
      'Credentials that were handed out work until they expire.',
    ],
    [['blocked'], 'A person who is blocked no more can sign in again.'],
    [['test'], 'What a removed test held is held no more.'],
  ];
  return lines.flatMap(([kinds, line]) => (kinds.some((kind) => removed[kind]) ? [line] : []));
}
