// A grant ready for a decision: parsed once, immutable.

import type { GrantId, Revision, RoleId } from '../../kernel/names.ts';
import type { PolicyTemplate } from '../../rules/document/policy-template.ts';
import type { Permission, SessionPolicyTemplate } from '../../rules/document/stored-grant.ts';
import type { Constraints } from '../../rules/values/constraints.ts';
import type { GrantCondition } from '../../rules/values/grant-condition.ts';

/** How closely a grant names its callers. The order of the members is the order of preference. */
export const SPECIFICITIES = ['subject', 'group', 'anyone'] as const;
export type Specificity = (typeof SPECIFICITIES)[number];

export type GrantedPolicy =
  | { readonly kind: 'inherit' }
  | { readonly kind: 'template'; readonly template: PolicyTemplate; readonly source: SessionPolicyTemplate };

/** What every grant has, whatever it gives. */
export interface GrantTerms {
  readonly id: GrantId;
  readonly order: number;
  /** The revision with which it came in as it is. Absent: before anybody noted that. */
  readonly since?: Revision;
  readonly specificity: Specificity;
  readonly when?: GrantCondition;
  readonly constraints: Constraints;
}

/** Gives credentials of a role. */
export interface Grant extends GrantTerms {
  readonly role: RoleId;
  readonly maxDurationSeconds: number;
  readonly policy: GrantedPolicy;
  /** Absent: its credentials can call no action of sts or ram. */
  readonly allowIdentityActions?: boolean;
}

/** Gives leave to ask, and never a role. */
export interface PermissionGrant extends GrantTerms {
  readonly permission: Permission;
}

export type AnyGrant = Grant | PermissionGrant;
