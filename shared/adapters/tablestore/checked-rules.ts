// What the checks for drift need of the rules in force: the roles and the pinned policies. The grants stay unread.
import type { CheckedRules } from '../../checks/run-checks.ts';
import type { Clock } from '../../kernel/clock.ts';
import { ok, type Result } from '../../kernel/result.ts';
import type { StoreFault } from '../../kernel/store-fault.ts';
import { createRulesStore } from './access-store.ts';
import { supplementKind } from './catalog-keys.ts';
import { readHead } from './revision-history.ts';
import { readSupplement } from './supplement-rows.ts';
import { CATALOG } from './tables.ts';
import { toStoreFault } from './tablestore-fault.ts';
import type { TablestoreRows } from './tablestore-rows.ts';

/** Undefined: no rules are in force. */
export async function readCheckedRules(
  rows: Pick<TablestoreRows, 'getRows' | 'getRange'>,
  clock: Clock,
): Promise<Result<CheckedRules | undefined, StoreFault>> {
  const head = await readHead(rows);
  if (!head.ok) return toStoreFault(head.error);
  if (!head.value) return ok(undefined);
  const rules = await createRulesStore(rows, clock).current();
  if (!rules.ok) return rules;
  const kind = supplementKind(rules.value.revision);
  const supplement = await rows.getRange(CATALOG, kind, `${kind}\u0000`);
  if (!supplement.ok) return toStoreFault(supplement.error);
  return ok({ roles: [...rules.value.rolesById.values()], pins: readSupplement(supplement.value)?.policies });
}
