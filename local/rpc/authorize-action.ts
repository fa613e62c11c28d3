// Checks an action against the caller's own policies. A refusal names the action, the caller and the kind of policy that
// denied it, as RAM's answers do.

import { err, ok, type Result } from '../../shared/kernel/result.ts';
import type { ConditionContext } from '../../shared/ram/evaluate.ts';
import type { CloudPrincipal, Identity } from '../iam/identity.ts';
import type { AccessDeniedDetail, RpcError } from './rpc-error.ts';
import type { RpcRequest } from './rpc-request.ts';

export type Denial = Pick<AccessDeniedDetail, 'AuthAction' | 'NoPermissionType' | 'PolicyType'>;

/** Names of principal and policy types: seen in answers that ACK's documentation quotes; root's is not confirmed. */
function principalDetail(
  principal: CloudPrincipal,
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

/** The AccessDeniedDetail of an error: the caller, the action, and the kind of policy that denied it. */
export function accessDenied({ principal }: Identity, denial: Denial): AccessDeniedDetail {
  const { AuthAction, ...how } = denial;
  return { AuthAction, ...principalDetail(principal), AuthPrincipalOwnerId: principal.accountId, ...how };
}

/** The values of a request that the conditions of policies can test. The local cloud speaks plain HTTP. */
export const contextOf = ({ sourceIp }: RpcRequest, now: Date): ConditionContext => ({
  'acs:CurrentTime': now.toISOString(),
  'acs:SourceIp': sourceIp,
  'acs:SecureTransport': 'false',
});

/** NoPermission, with its detail, unless the caller's policies allow the action on the resource. */
export function authorizeAction(
  caller: Identity,
  action: string,
  resource: string,
  context: ConditionContext,
): Result<void, RpcError<'NoPermission'>> {
  const verdict = caller.decide(action, resource, context);
  if (verdict.kind === 'allowed') return ok(undefined);
  const denial = {
    AuthAction: action,
    NoPermissionType: verdict.explicit ? 'ExplicitDeny' : 'ImplicitDeny',
    PolicyType: verdict.layer === 'session' ? 'SessionPolicy' : 'AccountLevelIdentityBasedPolicy',
  } as const;
  return err({ code: 'NoPermission', accessDenied: accessDenied(caller, denial) });
}
