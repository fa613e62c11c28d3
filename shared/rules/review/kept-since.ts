// What a change of the rules leaves as it is.
import { entryName, hasSince, type Since } from '../document/since.ts';
import type { Change } from './diff.ts';

/** Of the entries that `changes` leave as they are. What is missing came in with the revision that is written. */
export function keptSince(before: Since, changes: readonly Change[]): Since {
  const kept = new Map(before);
  for (const { change, kind, id } of changes) {
    if (change !== 'reordered' && hasSince(kind)) kept.delete(entryName(kind, id));
  }
  return kept;
}
