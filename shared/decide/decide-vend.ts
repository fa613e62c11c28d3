// Stage 3: which grant, if any, gives this caller this role for this long. Pure; the first grant in the documented
// order that is satisfied decides, and when none is, the nearest miss gives the reason.
import type { Role } from '../access/role.ts';
import type { Principal } from '../authenticate/principal.ts';
import type { Grant } from '../grants/grant.ts';
import { err, ok } from '../kernel/result.ts';
import type { Allowed, Decision, Wish } from './decision.ts';
import { findRole } from './find-role.ts';

/** The longest life that this grant gives: its own cap, its effectiveSeconds, and the role's cap. */
export function longestLifetime(grant: Grant, role: Role): number {
  const { effectiveSeconds = Number.POSITIVE_INFINITY } = grant.constraints;
  return Math.min(grant.maxDurationSeconds, effectiveSeconds, role.maxDurationSeconds);
}

function consider(grant: Grant, role: Role, principal: Principal, wish: Wish): Decision {
  if (grant.constraints.mfa && !principal.mfa)
    return err({ code: 'step_up_required', reason: 'mfa-missing' });
  const longest = longestLifetime(grant, role);
  const lifetimeSeconds = wish.durationSeconds ?? longest;
  if (lifetimeSeconds > longest) return err({ code: 'duration_too_long', reason: 'duration-over-grant' });
  return ok({ grant, role, lifetimeSeconds } satisfies Allowed);
}

export function decideVend(
  principal: Principal,
  wish: Wish,
  grants: readonly Grant[],
  rolesById: ReadonlyMap<string, Role>,
): Decision {
  const role = findRole(wish.role, rolesById);
  if (!role) return err({ code: 'access_denied', reason: 'role-unknown' });
  const considered = grants
    .filter((grant) => grant.role === role.id)
    .map((grant) => consider(grant, role, principal, wish));
  const noGrant: Decision = err({ code: 'access_denied', reason: 'no-grant' });
  return considered.find((decision) => decision.ok) ?? considered[0] ?? noGrant;
}
