// Stage 4: which grant, if any, gives this caller this role for this long. Pure. Of the grants of the role, in the documented
// order, the first one that passes all of its tests decides. If none does, the nearest miss gives the reason of the refusal.
// An explanation shows the same test results that the decision is made from, so the two cannot disagree.

import type { Principal } from '../../identity/principal.ts';
import type { Failure } from '../../kernel/failure.ts';
import { err, ok, type Result } from '../../kernel/result.ts';
import type { Permission } from '../../rules/document/stored-grant.ts';
import type { Role } from '../../rules/values/role.ts';
import type { AnyGrant, Grant, PermissionGrant } from '../grants/grant.ts';
import type { Decision, RequestContext, RoleRequest } from './decision.ts';
import {
  type CallerFacts,
  GRANT_TESTS,
  type GrantTest,
  longestLifetime,
  type Seen,
  secondsUntil,
  TESTS,
  type VendFacts,
} from './grant-tests.ts';

export interface TestOutcome {
  readonly test: GrantTest;
  readonly passed: boolean;
  readonly seen: Seen;
}

/** A grant of a role against one request. */
export interface Considered {
  readonly grant: Grant;
  /** The tests that this grant has, in the order of `GRANT_TESTS`. */
  readonly tests: readonly TestOutcome[];
  readonly decision: Decision;
}

/** A grant of a permission against one request. */
interface ConsideredPermission {
  readonly tests: readonly TestOutcome[];
  readonly decision: Result<PermissionGrant, Failure>;
}

/**
 * The decision about one request for a role. `grants` are in the documented order, as `resolveGrants` returns them.
 *
 * Refused with `access_denied` when no role has the requested name (`role-unknown`) or no grant is of that role (`no-grant`).
 * Otherwise refused as the nearest miss is: the failure of its first failing test.
 */
export function decideVend(
  principal: Principal,
  roleRequest: RoleRequest,
  grants: readonly AnyGrant[],
  rolesById: ReadonlyMap<string, Role>,
  { now, clientAddress }: RequestContext,
): Decision {
  const role = findRole(roleRequest.role, rolesById);
  if (!role) return err({ code: 'access_denied', reason: 'role-unknown' });
  const considered = considerGrants(grants, { now, clientAddress, principal, role, roleRequest });
  const chosen = grantInFull(considered, roleRequest, role) ?? chooseGrant(considered);
  return chosen?.decision ?? err({ code: 'access_denied', reason: 'no-grant' });
}

/**
 * Of a request whose duration may be shortened: the first grant that need not shorten it. A request that may not gets the same
 * grant, so that the choice does not depend on the wire.
 */
function grantInFull(
  considered: readonly Considered[],
  { durationSeconds, shorten }: RoleRequest,
  role: Role,
): Considered | undefined {
  if (shorten !== true || durationSeconds === undefined) return undefined;
  return considered.find(
    ({ grant, decision }) => decision.ok && durationSeconds <= longestLifetime(grant, role),
  );
}

/**
 * The grant that gives the caller a permission. Refused with `access_denied` when no grant is of that permission
 * (`no-permission`), otherwise as the nearest miss is.
 */
export function decidePermission(
  permission: Permission,
  grants: readonly AnyGrant[],
  facts: CallerFacts,
): Result<PermissionGrant, Failure> {
  const considered = grants.flatMap((grant) =>
    'permission' in grant && grant.permission === permission ? [considerPermission(grant, facts)] : [],
  );
  return chooseGrant(considered)?.decision ?? err({ code: 'access_denied', reason: 'no-permission' });
}

/** A role by its id or its ARN. Both spellings lead to the same role, so a refusal cannot tell them apart. */
export function findRole(name: string, rolesById: ReadonlyMap<string, Role>): Role | undefined {
  return rolesById.get(name) ?? [...rolesById.values()].find(({ roleArn }) => roleArn === name);
}

/** The grants of the requested role, in the order given, each with its test results. */
export function considerGrants(grants: readonly AnyGrant[], facts: VendFacts): readonly Considered[] {
  return grants.flatMap((grant) =>
    'permission' in grant || grant.role !== facts.role.id ? [] : [considerGrant(grant, facts)],
  );
}

/** The first grant that passed all of its tests, otherwise the nearest miss; of several equally near, the first. */
export function chooseGrant<One extends Pick<Considered, 'tests'>>(
  considered: readonly One[],
): One | undefined {
  const [first, ...others] = considered;
  if (!first) return undefined;
  return others.reduce((best, next) => (progress(next) > progress(best) ? next : best), first);
}

/** How near a grant came: the place of its first failing test. */
function progress({ tests }: Pick<Considered, 'tests'>): number {
  const failed = tests.find(({ passed }) => !passed);
  return failed ? GRANT_TESTS.indexOf(failed.test) : GRANT_TESTS.length;
}

export function considerGrant(grant: Grant, facts: VendFacts): Considered {
  const { tests, ends, failure } = runTests(grant, facts);
  return { grant, tests, decision: failure ? err(failure) : allow(grant, facts, ends) };
}

function considerPermission(grant: PermissionGrant, facts: CallerFacts): ConsideredPermission {
  const { tests, failure } = runTests(grant, facts);
  return { tests, decision: failure ? err(failure) : ok(grant) };
}

/**
 * Runs all tests, also after one has failed, because an explanation shows each. `failure` is the first one; `ends` are the
 * times by which the credentials must end.
 */
function runTests(grant: AnyGrant, facts: CallerFacts) {
  const tests: TestOutcome[] = [];
  const ends: Date[] = [];
  let failure: Failure | undefined;
  for (const test of GRANT_TESTS) {
    const finding = TESTS[test](grant, facts);
    if (!finding) continue;
    tests.push({ test, passed: finding.failure === undefined, seen: finding.seen });
    if (finding.notAfter) ends.push(finding.notAfter);
    failure ??= finding.failure;
  }
  return { tests, ends, failure };
}

function allow(grant: Grant, { role, roleRequest, now }: VendFacts, ends: readonly Date[]): Decision {
  const longest = longestLifetime(grant, role);
  // A request that asks for more passed its tests only if it lets the duration be shortened (`shorten`).
  const askedSeconds = Math.min(roleRequest.durationSeconds ?? longest, longest);
  const [notAfter] = [...ends].sort((a, b) => a.getTime() - b.getTime());
  if (!notAfter) return ok({ grant, role, lifetimeSeconds: askedSeconds, askedSeconds });
  // Shortened, not refused: a caller cannot know to the second how long its token or the time window still lasts.
  const lifetimeSeconds = Math.min(askedSeconds, secondsUntil(notAfter, now));
  return ok({ grant, role, lifetimeSeconds, askedSeconds, notAfter });
}
