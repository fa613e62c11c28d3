// The port to the store: the rules in force, and the grants of a principal. Both fail with a StoreFault when the store does not
// answer in time, or holds something that cannot be read.
import type { ProviderId, Revision } from '../../kernel/names.ts';
import type { Result } from '../../kernel/result.ts';
import type { StoreFault } from '../../kernel/store-fault.ts';
import type { Rules } from '../../rules/document/rules.ts';
import type { PrincipalSelector, StoredAccessRow } from '../../rules/values/principal-key.ts';

export interface RulesStore {
  /** The rules in force, at most 5 seconds old (RULES_BOUND_MS of cached-catalog.ts). */
  current(): Promise<Result<Rules, StoreFault>>;
  /** The rows of this revision, one for each selector in the order of the selectors. A row that does not exist is empty. */
  grantRows(
    revision: Revision,
    provider: ProviderId,
    selectors: readonly PrincipalSelector[],
  ): Promise<Result<readonly StoredAccessRow[], StoreFault>>;
}
