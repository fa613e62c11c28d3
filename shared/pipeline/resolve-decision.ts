// grants → decide → compose: what the rules give a principal. Vending, explaining and the tests of an access document all
// call this, so an explanation or a test shows exactly what would be vended. It has no access to STS: nothing can be issued
// here.

import type { Principal } from '../identity/principal.ts';
import type { Logger } from '../kernel/logger.ts';
import { ok } from '../kernel/result.ts';
import type { Policy } from '../ram/policy.ts';
import type { Rules } from '../rules/document/rules.ts';
import type { Stage } from './audit/audit-event.ts';
import type { AuditContext, StageOutcome } from './audit/record-outcome.ts';
import { composeOrReuse } from './compose/compose-or-reuse.ts';
import type { Composed } from './compose/compose-session-policy.ts';
import { decideVend, findRole } from './decide/decide-vend.ts';
import type { Allowed, RequestContext, RoleRequest } from './decide/decision.ts';
import { refuseBlockedCaller, refuseIfRoleBlocked } from './decide/refuse-blocked.ts';
import type { AnyGrant } from './grants/grant.ts';
import { resolveGrants } from './grants/resolve-grants.ts';
import type { RulesStore } from './grants/rules-store.ts';

/** Everything that a decision depends on, apart from the grants. */
export interface DecisionRequest extends RequestContext {
  readonly rules: Rules;
  readonly principal: Principal;
  readonly roleRequest: RoleRequest;
  /** The policy that the caller sent to narrow the grant; undefined when it sent none. */
  readonly callerPolicy: Policy | undefined;
}

export interface Resolution extends StageOutcome<{ readonly allowed: Allowed; readonly composed: Composed }> {
  /** All grants of the principal; none when they could not be read. */
  readonly grants: readonly AnyGrant[];
}

/** Fails as the stage does at which it ends, which `auditContext.stage` names. */
export async function resolveDecision(
  request: DecisionRequest,
  { store, logger }: { readonly store: RulesStore; readonly logger: Logger },
): Promise<Resolution> {
  const { rules, principal, roleRequest, callerPolicy, now, clientAddress } = request;
  const { revision, rolesById } = rules;
  const requestedRole = findRole(roleRequest.role, rolesById)?.id;
  const until = (stage: Stage, allowed?: Allowed): AuditContext => ({
    stage,
    revision,
    principal,
    requestedRole,
    allowed,
  });

  const admitted = refuseBlockedCaller(principal, rules.blocks, now);
  if (!admitted.ok) return { grants: [], auditContext: until('decide'), result: admitted };

  const held = await resolveGrants(principal, { rules, store, logger });
  if (!held.ok) return { grants: [], auditContext: until('grants'), result: held };
  const grants = held.value;

  const decided = decideVend(principal, roleRequest, grants, rolesById, { now, clientAddress });
  const decision = refuseIfRoleBlocked(decided, requestedRole, rules.blocks, now);
  if (!decision.ok) return { grants, auditContext: until('decide'), result: decision };
  const allowed = decision.value;

  const auditContext = until('compose', allowed);
  const composed = composeOrReuse(allowed, { claims: principal.claims, callerPolicy, clientAddress, now });
  if (!composed.ok) return { grants, auditContext, result: composed };
  return { grants, auditContext, result: ok({ allowed, composed: composed.value }) };
}
