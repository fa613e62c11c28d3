// What a change of the rules leaves as it is.
import { type EntryRevisions, entryKey, hasEntryRevision } from '../document/since.ts';
import type { Change } from './diff.ts';

/** Of the entries that `changes` leave as they are. What is missing came in with the revision that is written. */
export function revisionsOfUnchanged(before: EntryRevisions, changes: readonly Change[]): EntryRevisions {
  const kept = new Map(before);
  for (const { change, kind, id } of changes) {
    if (change !== 'reordered' && hasEntryRevision(kind)) kept.delete(entryKey(kind, id));
  }
  return kept;
}
