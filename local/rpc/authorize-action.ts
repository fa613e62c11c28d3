// May this caller do this, by its own policies? The answer to a refusal says which layer of them ended it.
import { err, ok, type Result } from '../../shared/kernel/result.ts';
import type { ConditionContext } from '../iam/caller.ts';
import type { Identity } from '../iam/identity.ts';
import { accessDenied } from './access-denied.ts';
import type { RpcError } from './rpc-error.ts';
import type { RpcRequest } from './rpc-request.ts';

/** What conditions of policies may ask of a request. The local cloud speaks plain HTTP. */
export const contextOf = ({ sourceIp }: RpcRequest, now: Date): ConditionContext => ({
  'acs:CurrentTime': now.toISOString(),
  'acs:SourceIp': sourceIp,
  'acs:SecureTransport': 'false',
});

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
