// Stage 3: all grants of a caller (to its subject, to its groups and to anyone), in one read of the store, the most specific
// first. A grant that cannot be read grants nothing, and the others still count.

import type { Principal } from '../../identity/principal.ts';
import type { Failure } from '../../kernel/failure.ts';
import type { Logger } from '../../kernel/logger.ts';
import { err, ok, type Result } from '../../kernel/result.ts';
import { storeUnavailable } from '../../kernel/store-fault.ts';
import type { Rules } from '../../rules/document/rules.ts';
import type { CompileCondition } from '../../rules/values/grant-condition.ts';
import type { PrincipalSelector, StoredAccessRow } from '../../rules/values/principal-key.ts';
import { compileGrant } from './compile-grant.ts';
import { type AnyGrant, SPECIFICITIES, type Specificity } from './grant.ts';
import type { RulesStore } from './rules-store.ts';

/** Fails with `store_unavailable` when the rows cannot be read. */
export async function resolveGrants(
  principal: Principal,
  context: { readonly rules: Rules; readonly store: RulesStore; readonly logger: Logger },
): Promise<Result<readonly AnyGrant[], Failure>> {
  const { revision } = context.rules;
  const selectors = selectorsOf(principal);
  const rows = await context.store.grantRows(revision, principal.provider, selectors);
  if (!rows.ok) return err(storeUnavailable(rows.error));
  const onFault = (column: string) => context.logger.log('error', 'grant-unreadable', { column, revision });
  const own: { readonly row: StoredAccessRow; readonly specificity: Specificity }[] = [];
  for (const [index, { kind }] of selectors.entries()) {
    const row = rows.value[index];
    // Of a thousand groups, few have grants.
    if (row && !isEmpty(row)) own.push({ row, specificity: SPECIFICITY_OF[kind] });
  }
  const compileCondition = await loadConditions(own.map(({ row }) => row));
  const grants = own.flatMap(({ row, specificity }) =>
    compileRow(row, specificity, compileCondition, onFault),
  );
  return ok(grants.sort(byPreference));
}

function isEmpty(row: StoredAccessRow): boolean {
  for (const column in row) if (Object.hasOwn(row, column)) return false;
  return true;
}

function selectorsOf(principal: Principal): readonly PrincipalSelector[] {
  return [
    { kind: 'sub', name: principal.subject },
    ...principal.groups.map((name) => ({ kind: 'group', name }) as const),
    { kind: 'any' },
  ];
}

const SPECIFICITY_OF: Readonly<Record<PrincipalSelector['kind'], Specificity>> = {
  sub: 'subject',
  group: 'group',
  any: 'anyone',
};

/** The documented order: grants to the subject, then to groups, then to anyone; within each, the order of the document. */
function byPreference(a: AnyGrant, b: AnyGrant): number {
  const specificity = SPECIFICITIES.indexOf(a.specificity) - SPECIFICITIES.indexOf(b.specificity);
  return specificity || a.order - b.order;
}

/** The parsed grants of each row. Rows are immutable and shared between requests, so each is parsed once while it is cached. */
const compiledRows: Readonly<Record<Specificity, WeakMap<StoredAccessRow, readonly AnyGrant[]>>> = {
  subject: new WeakMap(),
  group: new WeakMap(),
  anyone: new WeakMap(),
};

/** Loaded only when a grant has a condition: loading the CEL library takes longer than the rest of a first request. */
async function loadConditions(rows: readonly StoredAccessRow[]): Promise<CompileCondition | undefined> {
  const isNeeded = rows.some(
    (row) =>
      !SPECIFICITIES.some((specificity) => compiledRows[specificity].has(row)) &&
      Object.values(row).some((json) => json.includes('"when"')),
  );
  return isNeeded
    ? (await import('../../rules/conditions/compile-condition.ts')).compileCondition
    : undefined;
}

function compileRow(
  row: StoredAccessRow,
  specificity: Specificity,
  compileCondition: CompileCondition | undefined,
  onFault: (column: string) => void,
): readonly AnyGrant[] {
  const known = compiledRows[specificity].get(row);
  if (known) return known;
  const grants: AnyGrant[] = [];
  for (const [column, json] of Object.entries(row)) {
    const grant = compileGrant(json, specificity, compileCondition);
    if (grant) grants.push(grant);
    else onFault(column);
  }
  compiledRows[specificity].set(row, grants);
  return grants;
}
