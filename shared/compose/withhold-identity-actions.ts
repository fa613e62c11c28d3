// Credentials that could call STS or RAM could get others without their session policy. A Deny takes that away where an
// Allow is broad enough, and wins over whatever the role is given later, or a caller's own policy asks for.
import { denyActionsOf, IDENTITY_SERVICES, mayAllowActionsOf } from '../ram/forbidden-actions.ts';
import type { Policy } from '../ram/policy.ts';

export function withholdIdentityActions(policy: Policy): Policy {
  if (!mayAllowActionsOf(policy, IDENTITY_SERVICES)) return policy;
  return { ...policy, statements: [...policy.statements, denyActionsOf(IDENTITY_SERVICES)] };
}
