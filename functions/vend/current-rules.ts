// The rules in force, with the store's fault put as a failure of the request.
import type { Failure } from '../../shared/kernel/failure.ts';
import { err, type Result } from '../../shared/kernel/result.ts';
import { storeUnavailable } from '../../shared/kernel/store-fault.ts';
import type { RulesStore } from '../../shared/pipeline/grants/rules-store.ts';
import type { Rules } from '../../shared/rules/document/rules.ts';

export async function currentRules(store: RulesStore): Promise<Result<Rules, Failure>> {
  const rules = await store.current();
  return rules.ok ? rules : err(storeUnavailable(rules.error));
}
