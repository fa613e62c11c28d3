// Whom RAM refused what, and which kind of policy ended it, as answers say it.
import type { Identity } from '../iam/identity.ts';
import type { Principal } from '../iam/principal.ts';
import type { AccessDeniedDetail } from './rpc-error.ts';

export type Denial = Pick<AccessDeniedDetail, 'AuthAction' | 'NoPermissionType' | 'PolicyType'>;

/** Names of principal and policy types: seen in answers that ACK's documentation quotes; root's is not confirmed. */
function principalDetail(
  principal: Principal,
): Pick<AccessDeniedDetail, 'AuthPrincipalType' | 'AuthPrincipalDisplayName'> {
  switch (principal.kind) {
    case 'root':
      return { AuthPrincipalType: 'Account', AuthPrincipalDisplayName: principal.accountId };
    case 'user':
      return { AuthPrincipalType: 'SubUser', AuthPrincipalDisplayName: principal.userId };
    case 'role':
      return {
        AuthPrincipalType: 'AssumedRoleUser',
        AuthPrincipalDisplayName: `${principal.roleName}:${principal.sessionName}`,
      };
  }
}

export function accessDenied({ principal }: Identity, denial: Denial): AccessDeniedDetail {
  const { AuthAction, ...how } = denial;
  return { AuthAction, ...principalDetail(principal), AuthPrincipalOwnerId: principal.accountId, ...how };
}
