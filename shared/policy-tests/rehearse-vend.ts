// One test's request through the stages that vend, up to the session policy.

import type { Principal } from '../identity/principal.ts';
import type { Failure } from '../kernel/failure.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import { composeSessionPolicy } from '../pipeline/compose/compose-session-policy.ts';
import { chooseGrant, considerGrants, decideVend } from '../pipeline/decide/decide-vend.ts';
import type { Grant } from '../pipeline/grants/grant.ts';
import { resolveGrants } from '../pipeline/grants/resolve-grants.ts';
import { parsePolicy } from '../ram/parse-policy.ts';
import type { Policy } from '../ram/policy.ts';
import type { AccessTest } from '../rules/document/access-test.ts';
import { rehearsedPrincipal } from './rehearsed-principal.ts';
import type { StoredRules } from './stored-rules.ts';

export interface Vended {
  readonly grant: Grant;
  readonly principal: Principal;
  readonly policy: Policy;
}
export interface Denied {
  readonly reason: Failure['reason'];
  /** The nearest miss, and the first of its tests that failed. */
  readonly grant?: Grant | undefined;
  readonly test?: string | undefined;
}

/** The document was checked and is in memory: nothing else can go wrong than what a test may expect. */
function need<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('a checked document names what it does not have');
  return value;
}

const SILENT = { log: () => undefined };

export async function rehearseVend(
  { as, role: roleId, durationSeconds }: AccessTest,
  { rules, store }: StoredRules,
  now: Date,
): Promise<Result<Vended, Denied>> {
  const caller = rehearsedPrincipal(as, need(rules.providersById.get(as.provider)), now);
  if (!caller.ok) return err({ reason: caller.error.reason });
  const principal = caller.value;
  const grants = await resolveGrants(principal, { rules, store, logger: SILENT });
  if (!grants.ok) return err({ reason: grants.error.reason });

  const roleRequest = { role: roleId, durationSeconds };
  const requestContext = { now, clientAddress: as.sourceIp };
  const decision = decideVend(principal, roleRequest, grants.value, rules.rolesById, requestContext);
  if (!decision.ok) {
    const role = need(rules.rolesById.get(roleId));
    const nearest = chooseGrant(
      considerGrants(grants.value, { ...requestContext, principal, role, roleRequest }),
    );
    const test = nearest?.tests.find(({ passed }) => !passed)?.test;
    return err({ reason: decision.error.reason, grant: nearest?.grant, test });
  }
  const { grant } = decision.value;
  const composed = composeSessionPolicy(decision.value, {
    ...requestContext,
    claims: principal.claims,
    callerPolicy: undefined,
  });
  if (!composed.ok) return err({ reason: composed.error.reason, grant });
  const policy = parsePolicy(composed.value.sessionPolicy.document);
  return ok({ grant, principal, policy: need(policy.ok ? policy.value : undefined) });
}
