// Whom an explanation is about: the caller, or whomever an administrator describes. Without the permission nothing of
// the description is looked at, so that it can't be used to find out what exists.

import type { Failure } from '../../shared/errors.ts';
import type { Principal } from '../../shared/identity/principal.ts';
import { ok, type Result } from '../../shared/kernel/result.ts';
import { supposePrincipal } from '../../shared/pipeline/authenticate/suppose-principal.ts';
import { decidePermission } from '../../shared/pipeline/decide/decide-permission.ts';
import type { Circumstances, Wish } from '../../shared/pipeline/decide/decision.ts';
import { findRole } from '../../shared/pipeline/decide/find-role.ts';
import { resolveGrants } from '../../shared/pipeline/grants/resolve-grants.ts';
import type { VendDeps } from './deps.ts';
import type { As } from './explain-request.ts';
import type { Step } from './finish.ts';
import type { Caller } from './identify-caller.ts';
import { invalidFields } from './read-fields.ts';

export interface Subject extends Circumstances {
  readonly principal: Principal;
}

function suppose({ provider: id, ...as }: As, { rules }: Caller): Result<Principal, Failure> {
  const provider = rules.providersById.get(id);
  if (!provider) return invalidFields([{ field: 'as.provider', message: 'is not a configured provider' }]);
  const principal = supposePrincipal(as, provider);
  // What the provider requires is an answer to the question, not a fault of it.
  if (principal.ok || principal.error.obstacle) return principal;
  const field = principal.error.reason.startsWith('groups-') ? 'as.groups' : 'as.subject';
  return invalidFields([{ field, message: 'is not what a token of this provider could say' }]);
}

export async function chooseSubject(
  { as, wish }: { readonly as: As | undefined; readonly wish: Wish },
  caller: Caller,
  deps: VendDeps,
): Promise<Step<Subject>> {
  const { principal, rules, clientAddress } = caller;
  const now = deps.clock.now();
  const own = { principal, now, clientAddress };
  const known = { revision: rules.revision, principal };
  if (!as) return { trail: { ...known, stage: 'authenticate' }, result: ok(own) };

  const grants = await resolveGrants(principal, { ...deps, rules });
  if (!grants.ok) return { trail: { ...known, stage: 'grants' }, result: grants };

  const role = findRole(wish.role, rules.rolesById);
  const permission = decidePermission('explain', grants.value, { ...own, role, wish });
  const wished = role?.id;
  if (!permission.ok) return { trail: { ...known, wished, stage: 'decide' }, result: permission };

  const supposed = suppose(as, caller);
  if (!supposed.ok) return { trail: { ...known, wished, stage: 'request' }, result: supposed };
  const about = { principal: supposed.value, permission: permission.value };
  return {
    trail: { ...known, stage: 'decide', about },
    result: ok({
      principal: supposed.value,
      now: as.at === undefined ? now : new Date(as.at),
      clientAddress: as.sourceIp,
    }),
  };
}
