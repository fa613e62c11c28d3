// GET /v1/roles: the roles that the caller may take, and what each needs.
import type * as z from 'zod';
import type { Role } from '../../shared/access/role.ts';
import type { Considered } from '../../shared/decide/consider-grant.ts';
import { chooseGrant, considerGrants } from '../../shared/decide/decide-vend.ts';
import type { GrantTest, VendFacts } from '../../shared/decide/grant-tests.ts';
import { longestLifetime } from '../../shared/decide/lifetime.ts';
import type { AnyGrant } from '../../shared/grants/grant.ts';
import { resolveGrants } from '../../shared/grants/resolve-grants.ts';
import { type Answer, success } from '../../shared/http/answer.ts';
import { accountOf } from '../../shared/kernel/names.ts';
import { ok } from '../../shared/kernel/result.ts';
import type { VendDeps } from './deps.ts';
import { createFinish } from './finish.ts';
import { identifyCaller } from './identify-caller.ts';
import type { RolesResponse } from './response-schemas.ts';
import type { Received } from './vend-credentials.ts';

type RoleBody = z.input<typeof RolesResponse>['roles'][number];

/** What the caller can add to pass a test. A condition on claims is not in its hands, and a duration is not asked for. */
const REMEDIES = {
  when: undefined,
  sourceIp: 'network',
  pinSourceIp: 'network',
  timeWindows: 'time_window',
  withinToken: 'fresh_token',
  dpop: 'dpop',
  mfa: 'mfa',
  maxAuthAgeSeconds: 'fresh_sign_in',
  durationSeconds: undefined,
} as const satisfies Record<GrantTest, RoleBody['needs'][number] | undefined>;

/** Undefined when the grant is not for this caller, whatever it adds. */
function needsOf({ tests }: Considered): RoleBody['needs'] | undefined {
  const needs = new Set<RoleBody['needs'][number]>();
  for (const { test } of tests.filter(({ passed }) => !passed)) {
    const remedy = REMEDIES[test];
    if (remedy === undefined) return undefined;
    needs.add(remedy);
  }
  return [...needs];
}

/** The longest duration over the grants that the caller satisfies now, or else over those that it could. */
function describeRole(role: Role, grants: readonly AnyGrant[], about: Omit<VendFacts, 'role' | 'wish'>) {
  const wish = { role: role.id, durationSeconds: undefined };
  const considered = considerGrants(grants, { ...about, role, wish });
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
    needs: needsOf(nearest) ?? [],
  };
  return [body];
}

export async function listRoles({ facts, presented }: Received, deps: VendDeps): Promise<Answer> {
  const finish = createFinish(deps, facts);

  const caller = await identifyCaller({ ...presented, bodyToken: undefined }, facts, deps);
  if (!caller.result.ok) return finish(caller.trail, caller.result);
  const { principal, rules, clientAddress } = caller.result.value;

  const grants = await resolveGrants(principal, { ...deps, rules });
  if (!grants.ok) return finish({ ...caller.trail, stage: 'grants' }, grants);

  const about = { principal, now: facts.at, clientAddress };
  const roles = [...rules.rolesById.values()].flatMap((role) => describeRole(role, grants.value, about));
  const body: z.input<typeof RolesResponse> = { roles, requestId: facts.requestId };
  return finish({ ...caller.trail, stage: 'respond' }, ok(success(body)));
}
