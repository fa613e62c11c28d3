// A grant ready for a decision: parsed once, immutable.
import type { Condition } from '../access/condition.ts';
import type { Constraints } from '../access/constraints.ts';
import type { PolicyTemplate } from '../access/policy-template.ts';
import type { SessionPolicyTemplate } from '../access/stored-grant.ts';
import type { GrantId, RoleId } from '../kernel/names.ts';

/** How closely a grant names its callers. The order of the members is the order of preference. */
export const SPECIFICITIES = ['subject', 'group', 'anyone'] as const;
export type Specificity = (typeof SPECIFICITIES)[number];

export type GrantedPolicy =
  | { readonly kind: 'inherit' }
  | { readonly kind: 'template'; readonly template: PolicyTemplate; readonly source: SessionPolicyTemplate };

export interface Grant {
  readonly id: GrantId;
  readonly order: number;
  readonly specificity: Specificity;
  readonly role: RoleId;
  readonly maxDurationSeconds: number;
  readonly when?: Condition;
  readonly policy: GrantedPolicy;
  readonly constraints: Constraints;
}
