// The providers and roles in force. The grants stay unread, since they may be many.
import { createRulesStore } from '../../../shared/adapters/tablestore/access-store.ts';
import type { TablestoreFault } from '../../../shared/adapters/tablestore/tablestore-fault.ts';
import type { TablestoreRows } from '../../../shared/adapters/tablestore/tablestore-rows.ts';
import { createSignOnStore } from '../../../shared/adapters/tablestore/tablestore-sign-on-store.ts';
import { err, ok, type Result } from '../../../shared/kernel/result.ts';
import { type NewKeyRules, newKeyRules } from '../../../shared/rules/document/key-owners.ts';
import type { Rules } from '../../../shared/rules/document/rules.ts';

/** Whose keys are fetched by the rules in force. Fails as `readRulesInForce` does. */
export async function readNewKeyRules(rows: TablestoreRows): Promise<Result<NewKeyRules, TablestoreFault>> {
  const clock = { now: () => new Date() };
  const [rules, signOn] = [await readRulesInForce(rows), await createSignOnStore(rows, clock).current()];
  if (!rules.ok) return rules;
  if (!signOn.ok) return err({ code: signOn.error.cause, requestId: undefined });
  return ok(newKeyRules(rules.value.providersById.values(), signOn.value?.connections ?? []));
}

export async function readRulesInForce(rows: TablestoreRows): Promise<Result<Rules, TablestoreFault>> {
  const rules = await createRulesStore(rows, { now: () => new Date() }).current();
  return rules.ok ? rules : err({ code: rules.error.cause, requestId: undefined });
}
