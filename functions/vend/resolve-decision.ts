// resolveGrants → decide → compose, a stage a line: what the rules give a principal. What vends and what explains both
// come through here, so that an explanation is of what would happen and of nothing else.

import { ok } from '../../shared/kernel/result.ts';
import { composeOnce } from '../../shared/pipeline/compose/compose-once.ts';
import type { Composed } from '../../shared/pipeline/compose/compose-session-policy.ts';
import { decideVend, findRole } from '../../shared/pipeline/decide/decide-vend.ts';
import type { Allowed, RequestContext, RoleRequest } from '../../shared/pipeline/decide/decision.ts';
import type { AnyGrant } from '../../shared/pipeline/grants/grant.ts';
import { resolveGrants } from '../../shared/pipeline/grants/resolve-grants.ts';
import type { Policy } from '../../shared/ram/policy.ts';
import type { Step } from './audit-and-respond.ts';
import type { VendDeps } from './deps.ts';
import type { Caller } from './identify-caller.ts';

export interface Question extends Pick<Caller, 'rules' | 'principal'>, RequestContext {
  readonly roleRequest: RoleRequest;
  readonly callerPolicy: Policy | undefined;
}

export interface Resolution extends Step<{ readonly allowed: Allowed; readonly composed: Composed }> {
  /** All that the principal holds; none when they could not be read. */
  readonly grants: readonly AnyGrant[];
}

export async function resolveDecision(question: Question, deps: VendDeps): Promise<Resolution> {
  const { rules, principal, roleRequest, callerPolicy, now, clientAddress } = question;
  const { revision, rolesById } = rules;
  const known = { revision, principal, requestedRole: findRole(roleRequest.role, rolesById)?.id };

  const held = await resolveGrants(principal, { rules, store: deps.store, logger: deps.logger });
  if (!held.ok) return { grants: [], auditContext: { ...known, stage: 'grants' }, result: held };
  const grants = held.value;

  const decision = decideVend(principal, roleRequest, grants, rolesById, { now, clientAddress });
  if (!decision.ok) return { grants, auditContext: { ...known, stage: 'decide' }, result: decision };
  const allowed = decision.value;

  const auditContext = { ...known, stage: 'compose', allowed } as const;
  const composed = composeOnce(allowed, {
    claims: principal.claims,
    callerPolicy,
    clientAddress,
    now,
  });
  if (!composed.ok) return { grants, auditContext, result: composed };
  return { grants, auditContext, result: ok({ allowed, composed: composed.value }) };
}
