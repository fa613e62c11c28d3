// The column of providers and roles in `catalog` that says in which revision each came in as it is now.

import { Revision } from '../../kernel/names.ts';
import { type EntryRevisions, entryKey } from '../../rules/document/rules.ts';
import { providerKind, roleKind } from './catalog-keys.ts';
import type { Row } from './tablestore-rows.ts';

export const SINCE = 'since';

/** Without those that were written before there was such a column: the next apply says of them that they came with it. */
export function readEntryRevisions(revision: Revision, catalog: readonly Row[]): EntryRevisions {
  const kinds = new Map([
    [providerKind(revision), 'provider'],
    [roleKind(revision), 'role'],
  ] as const);
  return new Map(
    catalog.flatMap(({ key: [kindKey = '', id = ''], columns }) => {
      const kind = kinds.get(kindKey);
      const since = Revision.safeParse(columns[SINCE]).data;
      return kind && since ? [[entryKey(kind, id), since] as const] : [];
    }),
  );
}
