// GET /v1/roles: the roles that the caller may take, and what each needs.
import type * as z from 'zod';
import type { Role } from '../../shared/access/role.ts';
import { authenticate } from '../../shared/authenticate/authenticate.ts';
import type { Principal } from '../../shared/authenticate/principal.ts';
import { longestLifetime } from '../../shared/decide/decide-vend.ts';
import type { Grant } from '../../shared/grants/grant.ts';
import { resolveGrants } from '../../shared/grants/resolve-grants.ts';
import { type Answer, success } from '../../shared/http/answer.ts';
import { accountOf } from '../../shared/kernel/names.ts';
import { ok } from '../../shared/kernel/result.ts';
import { currentRules } from './current-rules.ts';
import type { VendDeps } from './deps.ts';
import { createFinish } from './finish.ts';
import type { RolesResponse } from './schemas.ts';
import type { Received } from './vend-credentials.ts';

type RoleBody = z.input<typeof RolesResponse>['roles'][number];

const isSatisfied = (grant: Grant, principal: Principal): boolean => !grant.constraints.mfa || principal.mfa;

/** The longest duration over the grants that the caller satisfies now, or could after a step-up. */
function describeRole(role: Role, grants: readonly Grant[], principal: Principal): RoleBody | undefined {
  const own = grants.filter((grant) => grant.role === role.id);
  if (own.length === 0) return undefined;
  const satisfied = own.filter((grant) => isSatisfied(grant, principal));
  const counted = satisfied.length > 0 ? satisfied : own;
  return {
    role: role.id,
    roleArn: role.roleArn,
    account: accountOf(role.roleArn),
    description: role.description,
    maxDurationSeconds: Math.max(...counted.map((grant) => longestLifetime(grant, role))),
    needs: satisfied.length > 0 ? [] : ['mfa'],
  };
}

export async function listRoles({ facts, authorization }: Received, deps: VendDeps): Promise<Answer> {
  const finish = createFinish(deps, facts);

  const rules = await currentRules(deps.store);
  if (!rules.ok) return finish({ stage: 'authenticate' }, rules);
  const { revision, rolesById } = rules.value;

  const context = { ...deps, rules: rules.value, now: facts.at };
  const caller = await authenticate({ authorization, bodyToken: undefined }, context);
  if (!caller.ok) return finish({ stage: 'authenticate', revision }, caller);
  const principal = caller.value;

  const grants = await resolveGrants(principal, context);
  if (!grants.ok) return finish({ stage: 'grants', revision, principal }, grants);

  const roles = [...rolesById.values()].flatMap((role) => describeRole(role, grants.value, principal) ?? []);
  const body: z.input<typeof RolesResponse> = { roles, requestId: facts.requestId };
  return finish({ stage: 'respond', revision, principal }, ok(success(body)));
}
