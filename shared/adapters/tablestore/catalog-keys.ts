// The keys and columns of table `catalog`: which revision is in force, what was flushed, and the definitions under each
// revision.
import { Revision } from '../../kernel/names.ts';
import { type EntryRevisions, entryKey } from '../../rules/document/rules.ts';
import type { Row } from './tablestore-rows.ts';

export const HEAD_KEY: readonly string[] = ['head', 'current'];
export const FLUSH_KEY: readonly string[] = ['head', 'flush'];
/** Kind of the rows that say who blocked whom, one a block; they stay when it has ended. */
export const BLOCK_RECORDS = 'block';
export const BLOCKS_KEY: readonly string[] = ['head', 'blocks'];

/** Kind of the rows with the last order to change login's keys, by the kind of keys. */
export const KEY_ORDER_KIND = 'key-order';
/** The column with the id of the order. */
export const KEY_ORDER_COLUMN = 'order';

/** Kind of the rows that say who set the client secret of a connection, and when. The secret itself is in another table. */
export const CLIENT_SECRET_KIND = 'client-secret';

/** Kind of the rows with the tokens of SCIM clients, one a token: a hash, and who made it. */
export const SCIM_TOKEN_KIND = 'scim-token';

/** Kind of the rows that hold a revision's providers. */
export const providerKind = (revision: Revision): string => `${revision}/provider`;
/** Kind of the rows that hold a revision's roles. */
export const roleKind = (revision: Revision): string => `${revision}/role`;

/** Kind of the rows that hold a revision's names of accounts. */
export const accountKind = (revision: Revision): string => `${revision}/account`;

/** Kind of the rows that hold a revision's sign-on connections. */
export const connectionKind = (revision: Revision): string => `${revision}/connection`;
/** One row with the rest of the section, without its connections. */
export const signOnKind = (revision: Revision): string => `${revision}/sign-on`;
export const SIGN_ON_SECTION = 'section';

/**
 * Who applied a revision, when and what it changed. Vend and login do not load it: `+` stands before `/` in byte order, so it
 * is outside of `revisionRange`.
 */
export const recordKey = (revision: Revision): readonly string[] => [`${revision}+record`, 'record'];
/** Kind of the rows with what the documents said beside the rules; outside of `revisionRange` too. */
export const supplementKind = (revision: Revision): string => `${revision}+document`;

/** All kinds of one revision that are rules: `0` follows `/` in byte order. */
export const revisionRange = (revision: Revision): readonly [from: string, to: string] => [
  `${revision}/`,
  `${revision}0`,
];

/** A second column of a provider's row: the groups that its grants name, see named-groups.ts. */
export const NAMED_GROUPS = 'named_groups';

/** The column of a provider or a role with the revision in which it came in as it is now. */
export const SINCE = 'since';

/** Rows of earlier versions of Stint lack the column, and are left out: the next apply writes its own revision there. */
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
