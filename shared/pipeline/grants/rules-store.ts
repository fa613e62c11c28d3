// The rules in force and the grants of a principal, as this stage asks for them.
import type { ProviderId, Revision } from '../../kernel/names.ts';
import type { Result } from '../../kernel/result.ts';
import type { StoreFault } from '../../kernel/store-fault.ts';
import type { Rules } from '../../rules/document/rules.ts';
import type { PrincipalSelector, StoredAccessRow } from '../../rules/values/principal-key.ts';

export interface RulesStore {
  /** The rules in force, at most RULES_BOUND_MS old. */
  current(): Promise<Result<Rules, StoreFault>>;
  /** The rows of these selectors, in the order asked; a missing row is empty. */
  grantRows(
    revision: Revision,
    provider: ProviderId,
    selectors: readonly PrincipalSelector[],
  ): Promise<Result<readonly StoredAccessRow[], StoreFault>>;
}
