// A role's trust policy as values: what it says of sts:AssumeRole. Its one resource is the role, so neither appears.
import type { Condition, Effect } from './policy.ts';

export interface TrustedPrincipal {
  readonly kind: 'RAM' | 'Service' | 'Federated';
  readonly name: string;
}

export interface TrustStatement {
  readonly effect: Effect;
  readonly principals: readonly TrustedPrincipal[];
  readonly conditions: readonly Condition[];
}

export interface TrustPolicy {
  readonly version: '1';
  readonly statements: readonly TrustStatement[];
}
