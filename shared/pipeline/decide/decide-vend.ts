// Stage 4: which grant, if any, gives this caller this role for this long. Pure; the first grant in the documented
// order that is satisfied decides, and when none is, the nearest miss gives the reason.

import type { Principal } from '../../identity/principal.ts';
import { err } from '../../kernel/result.ts';
import type { Role } from '../../rules/values/role.ts';
import type { AnyGrant } from '../grants/grant.ts';
import { type Considered, considerGrant } from './consider-grant.ts';
import type { Decision, RequestContext, RoleRequest } from './decision.ts';
import { findRole } from './find-role.ts';
import { GRANT_TESTS, type VendFacts } from './grant-tests.ts';

/** The grants of this role, in the order given, each with its outcome. */
export function considerGrants(grants: readonly AnyGrant[], facts: VendFacts): readonly Considered[] {
  return grants.flatMap((grant) =>
    'permission' in grant || grant.role !== facts.role.id ? [] : [considerGrant(grant, facts)],
  );
}

/** How far a grant came: the place of its first failing test. */
function progress({ tests }: Pick<Considered, 'tests'>): number {
  const failed = tests.find(({ passed }) => !passed);
  return failed ? GRANT_TESTS.indexOf(failed.test) : GRANT_TESTS.length;
}

/** The first that is satisfied, or else the one that came furthest, or else the first of these. */
export function chooseGrant<One extends Pick<Considered, 'tests'>>(
  considered: readonly One[],
): One | undefined {
  const [first, ...others] = considered;
  if (!first) return undefined;
  return others.reduce((best, next) => (progress(next) > progress(best) ? next : best), first);
}

export function decideVend(
  principal: Principal,
  roleRequest: RoleRequest,
  grants: readonly AnyGrant[],
  rolesById: ReadonlyMap<string, Role>,
  requestContext: RequestContext,
): Decision {
  const role = findRole(roleRequest.role, rolesById);
  if (!role) return err({ code: 'access_denied', reason: 'role-unknown' });
  const chosen = chooseGrant(considerGrants(grants, { ...requestContext, principal, role, roleRequest }));
  return chosen?.decision ?? err({ code: 'access_denied', reason: 'no-grant' });
}
