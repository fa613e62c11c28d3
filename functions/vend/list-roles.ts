// GET and POST /v1/roles: the roles that the caller may take, and what each needs.

import type * as z from 'zod';
import { type Answer, success } from '../../shared/http/answer.ts';
import { accountOf, type RequestId } from '../../shared/kernel/names.ts';
import { ok } from '../../shared/kernel/result.ts';
import type { StageOutcome } from '../../shared/pipeline/audit/record-outcome.ts';
import { chooseGrant, considerGrants } from '../../shared/pipeline/decide/decide-vend.ts';
import { longestLifetime, type VendFacts } from '../../shared/pipeline/decide/grant-tests.ts';
import { needsOf } from '../../shared/pipeline/decide/needs.ts';
import type { AnyGrant } from '../../shared/pipeline/grants/grant.ts';
import { resolveGrants } from '../../shared/pipeline/grants/resolve-grants.ts';
import type { Role } from '../../shared/rules/values/role.ts';
import type { VendDeps } from './deps.ts';
import { type Caller, identifyCaller } from './identify-caller.ts';
import { judgeByRules } from './judge-by-rules.ts';
import type { RolesResponse } from './response-schemas.ts';
import { parseTokenRequest } from './token-request.ts';
import type { Received } from './vend-credentials.ts';

type RoleBody = z.input<typeof RolesResponse>['roles'][number];

/** The longest duration over the grants that the caller satisfies now, or else over those that it could. */
function describeRole(
  role: Role,
  grants: readonly AnyGrant[],
  about: Omit<VendFacts, 'role' | 'roleRequest'>,
) {
  const roleRequest = { role: role.id, durationSeconds: undefined };
  const considered = considerGrants(grants, { ...about, role, roleRequest });
  const reachable = considered.filter((one) => needsOf(one) !== undefined);
  const satisfied = reachable.filter(({ decision }) => decision.ok);
  const nearest = chooseGrant(reachable);
  if (!nearest) return [];
  const counted = satisfied.length > 0 ? satisfied : reachable;
  const body: RoleBody = {
    role: role.id,
    roleArn: role.roleArn,
    account: accountOf(role.roleArn),
    description: role.description,
    ...(role.project === undefined ? {} : { project: role.project }),
    maxDurationSeconds: Math.max(...counted.map(({ grant }) => longestLifetime(grant, role))),
    needs: [...(needsOf(nearest) ?? [])],
  };
  return [body];
}

async function listTo(caller: Caller, requestId: RequestId, deps: VendDeps): Promise<StageOutcome<Answer>> {
  const { principal, rules, clientAddress } = caller;
  const auditContext = { revision: rules.revision, principal } as const;
  const grants = await resolveGrants(principal, { ...deps, rules });
  if (!grants.ok) return { auditContext: { ...auditContext, stage: 'grants' }, result: grants };

  const about = { principal, now: deps.clock.now(), clientAddress };
  const roles = [...rules.rolesById.values()].flatMap((role) => describeRole(role, grants.value, about));
  const body: z.input<typeof RolesResponse> = { roles, requestId };
  return { auditContext: { ...auditContext, stage: 'respond' }, result: ok(success(body)) };
}

export async function listRoles(received: Received, deps: VendDeps): Promise<Answer> {
  const { arrival, presented, body, auditAndRespond } = received;

  const request = body.ok ? parseTokenRequest(body.value) : body;
  if (!request.ok) return auditAndRespond({ stage: 'request' }, request);

  const caller = await identifyCaller({ ...presented, ...request.value }, arrival, deps);
  if (!caller.result.ok) return auditAndRespond(caller.auditContext, caller.result);

  const listed = await judgeByRules(caller.result.value, arrival, deps, (judged) =>
    listTo(judged, arrival.requestId, deps),
  );
  return auditAndRespond(listed.auditContext, listed.result);
}
