// In which revision each entry of the rules came in as it is now. An entry that was taken away and given again came in
// anew: credentials that were made under the earlier one, which may have leaked, must not be handed out under it.
import type { Revision } from '../../kernel/names.ts';

const KINDS = ['provider', 'role', 'grant'] as const;
type Kind = (typeof KINDS)[number];

/** Connections and the rest of signOn give nothing that could be handed out again: of them it is not kept. */
export const hasEntryRevision = (kind: string): kind is Kind => KINDS.some((known) => known === kind);

export type EntryRevisions = ReadonlyMap<string, Revision>;

/** No id has a space. */
export const entryKey = (kind: Kind, id: string): string => `${kind} ${id}`;
