// What the rules in force say beside their entries.
import type { Flushes } from '../../kernel/flushes.ts';
import type { Revision } from '../../kernel/names.ts';
import type { EntryRevisions } from './since.ts';

export interface InForce {
  readonly revision: Revision;
  readonly flushes: Flushes;
  /** Of providers and roles; grants say it themselves. */
  readonly entryRevisions: EntryRevisions;
  /** Who may not sign in, whatever anybody says of them: see sign-on/blocked.ts. */
  readonly blocked: readonly string[];
  /** What connections require of whoever signed on there, by their ids; see requirementName. */
  readonly requirements: ReadonlyMap<string, string>;
}
