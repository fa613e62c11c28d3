// The rules in force, with the store's fault put as a failure of the request.
import type { Failure } from '../../shared/errors.ts';
import { err, type Result } from '../../shared/kernel/result.ts';
import type { Rules, RulesStore } from '../../shared/ports.ts';

export async function currentRules(store: RulesStore): Promise<Result<Rules, Failure>> {
  const rules = await store.current();
  return rules.ok ? rules : err({ code: 'store_unavailable', ...rules.error });
}
