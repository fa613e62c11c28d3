// The access rules of one revision, as the pipeline uses them, and the revision in which each of their entries came in.
import type { Flushes } from '../../kernel/flushes.ts';
import type { Revision } from '../../kernel/names.ts';
import type { Blocks } from '../blocks/block.ts';
import type { Role } from '../values/role.ts';
import type { Providers } from './provider.ts';

/** One applied version of the access rules, and the flushes since then. Nothing in it ever changes. */
export interface Rules extends Providers {
  readonly revision: Revision;
  readonly rolesById: ReadonlyMap<string, Role>;
  /** Account id → the name that people see. */
  readonly accountNames: ReadonlyMap<string, string>;
  readonly flushes: Flushes;
  /** Of providers and roles; a grant carries its own. */
  readonly entryRevisions: EntryRevisions;
  /** People who may not sign in, whatever their identity provider says: see sign-on/blocked.ts. */
  readonly blocked: readonly string[];
  /** What operators took away for some time, beside the rules. */
  readonly blocks: Blocks;
  /** Connection id → the name of the claims that it requires; see requirementName. */
  readonly requirements: ReadonlyMap<string, string>;
}

/**
 * Entry key → the revision with which the entry came in as it is now. An entry that was removed and added again came in
 * anew: credentials that were made under the earlier one may have leaked, and must not be handed out under the new one.
 */
export type EntryRevisions = ReadonlyMap<string, Revision>;

const KINDS = ['provider', 'role', 'grant'] as const;
type Kind = (typeof KINDS)[number];

/** Connections and the rest of signOn give nothing that could be handed out again: they have no entry revision. */
export const hasEntryRevision = (kind: string): kind is Kind => KINDS.some((known) => known === kind);

/** Unique, because no id has a space. */
export const entryKey = (kind: Kind, id: string): string => `${kind} ${id}`;
