// Does a role's trust policy let this principal assume it? The caller's own policies are asked elsewhere.
import { applies, type ConditionContext, evaluateConditions } from './evaluate-conditions.ts';
import type { TrustedPrincipal, TrustPolicy } from './trust-policy.ts';

export interface TrustRequest {
  readonly kind: TrustedPrincipal['kind'];
  /**
   * Every name the caller goes by: a RAM user is itself and a member of its account (`…:root`), a service that acts for
   * the account 123 is `123@<service>` too.
   */
  readonly names: readonly string[];
  readonly context: ConditionContext;
}

export function evaluateTrust(policy: TrustPolicy, request: TrustRequest): 'allow' | 'deny' | 'none' {
  const applying = policy.statements.filter(
    ({ effect, principals, conditions }) =>
      principals.some(({ kind, name }) => kind === request.kind && request.names.includes(name)) &&
      applies(effect, evaluateConditions(conditions, request.context)),
  );
  if (applying.some(({ effect }) => effect === 'Deny')) return 'deny';
  return applying.length > 0 ? 'allow' : 'none';
}
