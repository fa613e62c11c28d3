// Whom an explanation is about: the caller, or whomever an administrator describes. Without the permission nothing of
// the description is looked at, so that it can't be used to find out what exists.

import type { Principal } from '../../shared/identity/principal.ts';
import type { Failure } from '../../shared/kernel/failure.ts';
import { ok, type Result } from '../../shared/kernel/result.ts';
import type { StageOutcome } from '../../shared/pipeline/audit/record-outcome.ts';
import { simulatePrincipal } from '../../shared/pipeline/authenticate/simulate-principal.ts';
import { decidePermission, findRole } from '../../shared/pipeline/decide/decide-vend.ts';
import type { RequestContext, RoleRequest } from '../../shared/pipeline/decide/decision.ts';
import { resolveGrants } from '../../shared/pipeline/grants/resolve-grants.ts';
import type { VendDeps } from './deps.ts';
import type { As } from './explain-request.ts';
import type { Caller } from './identify-caller.ts';
import { invalidFields } from './read-fields.ts';

export interface Subject extends RequestContext {
  readonly principal: Principal;
}

function simulate({ provider: id, ...as }: As, { rules }: Caller): Result<Principal, Failure> {
  const provider = rules.providersById.get(id);
  if (!provider) return invalidFields([{ field: 'as.provider', message: 'is not a configured provider' }]);
  const principal = simulatePrincipal(as, provider);
  // What the provider requires is an answer to the question, not a fault of it.
  if (principal.ok || principal.error.denialDetail) return principal;
  const field = principal.error.reason.startsWith('groups-') ? 'as.groups' : 'as.subject';
  return invalidFields([{ field, message: 'is not what a token of this provider could say' }]);
}

export async function chooseSubject(
  { as, roleRequest }: { readonly as: As | undefined; readonly roleRequest: RoleRequest },
  caller: Caller,
  deps: VendDeps,
): Promise<StageOutcome<Subject>> {
  const { principal, rules, clientAddress } = caller;
  const now = deps.clock.now();
  const own = { principal, now, clientAddress };
  const known = { revision: rules.revision, principal };
  if (!as) return { auditContext: { ...known, stage: 'authenticate' }, result: ok(own) };

  const grants = await resolveGrants(principal, { ...deps, rules });
  if (!grants.ok) return { auditContext: { ...known, stage: 'grants' }, result: grants };

  const role = findRole(roleRequest.role, rules.rolesById);
  const permission = decidePermission('explain', grants.value, { ...own, role, roleRequest });
  const requestedRole = role?.id;
  if (!permission.ok)
    return { auditContext: { ...known, requestedRole, stage: 'decide' }, result: permission };

  const described = simulate(as, caller);
  if (!described.ok)
    return { auditContext: { ...known, requestedRole, stage: 'request' }, result: described };
  const explained = { principal: described.value, permission: permission.value };
  return {
    auditContext: { ...known, stage: 'decide', explained },
    result: ok({
      principal: described.value,
      now: as.at === undefined ? now : new Date(as.at),
      clientAddress: as.sourceIp,
    }),
  };
}
