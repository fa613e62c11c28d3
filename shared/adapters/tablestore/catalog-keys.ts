// The keys of table `catalog`: which revision is in force, what was flushed, and the definitions under each revision.
import type { Revision } from '../../kernel/names.ts';

export const HEAD_KEY: readonly string[] = ['head', 'current'];
export const FLUSH_KEY: readonly string[] = ['head', 'flush'];

export const providerKind = (revision: Revision): string => `${revision}/provider`;
export const roleKind = (revision: Revision): string => `${revision}/role`;

export const connectionKind = (revision: Revision): string => `${revision}/connection`;
/** One row: what the section says beside its connections. */
export const signOnKind = (revision: Revision): string => `${revision}/sign-on`;
export const SIGN_ON_SECTION = 'section';

/** All kinds of one revision: `0` follows `/` in byte order. */
export const revisionRange = (revision: Revision): readonly [from: string, to: string] => [
  `${revision}/`,
  `${revision}0`,
];

/** A second column of a provider's row: which groups its grants name, see named-groups.ts. */
export const NAMED_GROUPS = 'named_groups';
