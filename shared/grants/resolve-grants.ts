// Stage 2: all grants of a caller, by subject, by group and to anyone, in one read; most specific first.
import type { PrincipalSelector } from '../access/principal-key.ts';
import type { Principal } from '../authenticate/principal.ts';
import type { Failure } from '../errors.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import type { Logger, Rules, RulesStore } from '../ports.ts';
import { compileGrant } from './compile-grant.ts';
import { type Grant, SPECIFICITIES, type Specificity } from './grant.ts';

const SPECIFICITY_OF: Readonly<Record<PrincipalSelector['kind'], Specificity>> = {
  sub: 'subject',
  group: 'group',
  any: 'anyone',
};

function selectorsOf(principal: Principal): readonly PrincipalSelector[] {
  return [
    { kind: 'sub', name: principal.subject },
    ...principal.groups.map((name) => ({ kind: 'group', name }) as const),
    { kind: 'any' },
  ];
}

/** Documented preference: subject, then group, then anyone; within one, the order of the document. */
function byPreference(a: Grant, b: Grant): number {
  const specificity = SPECIFICITIES.indexOf(a.specificity) - SPECIFICITIES.indexOf(b.specificity);
  return specificity || a.order - b.order;
}

export async function resolveGrants(
  principal: Principal,
  context: { readonly rules: Rules; readonly store: RulesStore; readonly logger: Logger },
): Promise<Result<readonly Grant[], Failure>> {
  const selectors = selectorsOf(principal);
  const rows = await context.store.grantRows(context.rules.revision, principal.provider, selectors);
  if (!rows.ok) return err({ code: 'store_unavailable', ...rows.error });
  const grants: Grant[] = [];
  for (const [index, { kind }] of selectors.entries()) {
    for (const [column, json] of Object.entries(rows.value[index] ?? {})) {
      const grant = compileGrant(json, SPECIFICITY_OF[kind]);
      if (grant) grants.push(grant);
      else context.logger.log('error', 'grant-unreadable', { column, revision: context.rules.revision });
    }
  }
  return ok(grants.sort(byPreference));
}
