// The port of the rules in force and of the grants of a principal. Failures of both: `StoreFault`, when the store does not
// answer in time or holds what cannot be read.
import type { ProviderId, Revision } from '../../kernel/names.ts';
import type { Result } from '../../kernel/result.ts';
import type { StoreFault } from '../../kernel/store-fault.ts';
import type { Rules } from '../../rules/document/rules.ts';
import type { PrincipalSelector, StoredAccessRow } from '../../rules/values/principal-key.ts';

export interface RulesStore {
  /** The rules in force, at most 5 seconds old (RULES_BOUND_MS of cached-catalog.ts). */
  current(): Promise<Result<Rules, StoreFault>>;
  /** One row for each selector, in the order of the selectors, of the rules of this revision; a missing row is empty. */
  grantRows(
    revision: Revision,
    provider: ProviderId,
    selectors: readonly PrincipalSelector[],
  ): Promise<Result<readonly StoredAccessRow[], StoreFault>>;
}
