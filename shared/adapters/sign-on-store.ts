// How people sign on, as the login function reads it: table `catalog` and nothing else.
import type { SignOn } from '../access/sign-on/sign-on.ts';
import type { Clock, SignOnStore } from '../ports.ts';
import { createHeldCatalog, unreadable } from './held-catalog.ts';
import { readSignOn } from './sign-on-rows.ts';
import type { TablestoreRows } from './tablestore-rows.ts';

export function createSignOnStore(
  rows: Pick<TablestoreRows, 'getRows' | 'getRange'>,
  clock: Clock,
): SignOnStore {
  const current = createHeldCatalog<SignOn | undefined>(rows, clock, (revision, catalog) => {
    const signOn = readSignOn(revision, catalog);
    return signOn.ok ? signOn : unreadable(signOn.error);
  });
  return { current };
}
