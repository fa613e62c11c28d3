// Credentials that could call STS or RAM could get others without their session policy. A Deny takes that away where an
// Allow is broad enough, and wins over whatever the role is given later, or a caller's own policy asks for.
import { denyActionsOf, IDENTITY_SERVICES, mayAllowActionsOf } from '../../ram/forbidden-actions.ts';
import type { Policy } from '../../ram/policy.ts';

/** Looks at the Allows alone: a Deny of the grant's own that happens to be enough is nothing to build a proof on. */
export function withholdIdentityActions(policy: Policy): Policy {
  const allows = policy.statements.filter(({ effect }) => effect === 'Allow');
  if (!mayAllowActionsOf({ ...policy, statements: allows }, IDENTITY_SERVICES)) return policy;
  return { ...policy, statements: [...policy.statements, denyActionsOf(IDENTITY_SERVICES)] };
}
