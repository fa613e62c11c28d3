// How people sign on, as the login function reads it: table `catalog` and nothing else.
import type { Clock } from '../../kernel/clock.ts';
import { ok } from '../../kernel/result.ts';
import type { SignOnInForce, SignOnStore } from '../../rules/sign-on/sign-on.ts';
import { createCachedCatalog, unreadable } from './cached-catalog.ts';
import { readSignOn } from './sign-on-rows.ts';
import type { TablestoreRows } from './tablestore-rows.ts';

/** The port to the section signOn in force, at most 5 s old; undefined where the document has none. */
export function createSignOnStore(
  rows: Pick<TablestoreRows, 'getRows' | 'getRange'>,
  clock: Clock,
): SignOnStore {
  const current = createCachedCatalog<SignOnInForce | undefined>(
    rows,
    clock,
    (revision, catalog, { flushes, blocks }) => {
      const signOn = readSignOn(revision, catalog);
      if (!signOn.ok) return unreadable(signOn.error);
      const generation = flushes.signIns > 0 ? { generation: flushes.signIns } : {};
      const flushed = flushes.caches > 0 ? { flushed: flushes.caches } : {};
      return ok(signOn.value && { ...signOn.value, ...generation, ...flushed, blocks });
    },
  );
  return { current };
}
