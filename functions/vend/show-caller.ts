// GET and POST /v1/identity: who the caller is to Stint, and the claims that rules can see. GET and POST /v1/roles: the roles
// that the caller may take, and what each needs first.
import type * as z from 'zod';
import { type Answer, success } from '../../shared/http/answer.ts';
import { accountOf, type RequestId } from '../../shared/kernel/names.ts';
import { ok } from '../../shared/kernel/result.ts';
import type { StageOutcome } from '../../shared/pipeline/audit/record-outcome.ts';
import { chooseGrant, considerGrants } from '../../shared/pipeline/decide/decide-vend.ts';
import { longestLifetime, type VendFacts } from '../../shared/pipeline/decide/grant-tests.ts';
import { needsOf } from '../../shared/pipeline/decide/needs.ts';
import { refuseBlockedCaller } from '../../shared/pipeline/decide/refuse-blocked.ts';
import type { AnyGrant } from '../../shared/pipeline/grants/grant.ts';
import { resolveGrants } from '../../shared/pipeline/grants/resolve-grants.ts';
import { blockOfRole } from '../../shared/rules/blocks/block.ts';
import type { Role } from '../../shared/rules/values/role.ts';
import type { VendDeps } from './deps.ts';
import { type IdentifiedCaller, identifyCaller } from './identify-caller.ts';
import type { ReceivedRequest } from './received-request.ts';
import { repeatIfRulesChange } from './repeat-if-rules-change.ts';
import type { IdentityResponse, RoleItem, RolesResponse } from './response-schemas.ts';
import { parseTokenRequest } from './wire-requests.ts';

type Show = (caller: IdentifiedCaller, requestId: RequestId, deps: VendDeps) => Promise<StageOutcome<Answer>>;

export const showIdentity = (received: ReceivedRequest, deps: VendDeps): Promise<Answer> =>
  showTo(received, deps, identityOf);

export const listRoles = (received: ReceivedRequest, deps: VendDeps): Promise<Answer> =>
  showTo(received, deps, rolesOf);

async function showTo(received: ReceivedRequest, deps: VendDeps, show: Show): Promise<Answer> {
  const { metadata, presented, body, watch, auditAndRespond } = received;

  const request = body.ok ? parseTokenRequest(body.value) : body;
  if (!request.ok) return auditAndRespond({ stage: 'request' }, request);

  const caller = await watch.timed('authenticate', () =>
    identifyCaller({ ...presented, ...request.value }, metadata, deps),
  );
  if (!caller.result.ok) return auditAndRespond(caller.auditContext, caller.result);

  const shown = await repeatIfRulesChange(caller.result.value, metadata, deps, (current) =>
    show(current, metadata.requestId, deps),
  );
  return auditAndRespond(shown.auditContext, shown.result);
}

async function identityOf({ principal, rules }: IdentifiedCaller, requestId: RequestId) {
  const { kind, provider, issuer, subject, groups, mfa, claims } = principal;
  // Only the names are compared with the schema: the type of `claims` does not say that they are JSON.
  type Members = { readonly [Name in keyof z.infer<typeof IdentityResponse>]: unknown };
  const body = { kind, provider, issuer, subject, groups, mfa, claims, requestId } satisfies Members;
  const auditContext = { stage: 'respond', revision: rules.revision, principal } as const;
  return { auditContext, result: ok(success(body)) };
}

async function rolesOf(
  { principal, rules, clientAddress }: IdentifiedCaller,
  requestId: RequestId,
  deps: VendDeps,
): Promise<StageOutcome<Answer>> {
  const auditContext = { revision: rules.revision, principal } as const;
  const now = deps.clock.now();
  // A role that cannot be taken is no role of this list.
  if (!refuseBlockedCaller(principal, rules.blocks, now).ok)
    return {
      auditContext: { ...auditContext, stage: 'respond' },
      result: ok(success({ roles: [], requestId })),
    };
  const grants = await resolveGrants(principal, { ...deps, rules });
  if (!grants.ok) return { auditContext: { ...auditContext, stage: 'grants' }, result: grants };

  const facts = { principal, now, clientAddress };
  const roles = [...rules.rolesById.values()]
    .filter(({ id }) => blockOfRole(rules.blocks, id, now) === undefined)
    .flatMap((role) => roleItem(role, rules.accountNames, grants.value, facts) ?? []);
  const body: z.input<typeof RolesResponse> = { roles, requestId };
  return { auditContext: { ...auditContext, stage: 'respond' }, result: ok(success(body)) };
}

/**
 * Undefined when the caller cannot satisfy any grant of the role. The duration is the longest of the grants that the caller
 * satisfies now; if there are none, of those that it could satisfy.
 */
function roleItem(
  role: Role,
  accountNames: ReadonlyMap<string, string>,
  grants: readonly AnyGrant[],
  facts: Omit<VendFacts, 'role' | 'roleRequest'>,
): z.input<typeof RoleItem> | undefined {
  const roleRequest = { role: role.id, durationSeconds: undefined };
  const considered = considerGrants(grants, { ...facts, role, roleRequest });
  const reachable = considered.filter((one) => needsOf(one) !== undefined);
  const satisfied = reachable.filter(({ decision }) => decision.ok);
  const nearest = chooseGrant(reachable);
  if (!nearest) return undefined;
  const counted = satisfied.length > 0 ? satisfied : reachable;
  const account = accountOf(role.roleArn);
  const accountName = accountNames.get(account);
  return {
    role: role.id,
    roleArn: role.roleArn,
    account,
    ...(accountName === undefined ? {} : { accountName }),
    description: role.description,
    ...(role.project === undefined ? {} : { project: role.project }),
    maxDurationSeconds: Math.max(...counted.map(({ grant }) => longestLifetime(grant, role))),
    needs: [...(needsOf(nearest) ?? [])],
  };
}
