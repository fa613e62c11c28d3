// A grant as `decide` uses it: parsed from a stored column once, and immutable.

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

/** The members of every grant, whatever it gives. */
export interface GrantTerms {
  readonly id: GrantId;
  /** The grant's position in the access document. */
  readonly order: number;
  /** The revision that added or last changed the grant. Absent for grants from before this was recorded. */
  readonly since?: Revision;
  readonly specificity: Specificity;
  readonly when?: GrantCondition;
  readonly constraints: Constraints;
}

/** Gives credentials of a role. Durations in seconds. */
export interface Grant extends GrantTerms {
  readonly role: RoleId;
  readonly maxDurationSeconds: number;
  readonly policy: GrantedPolicy;
  /** Whether its credentials may call actions of sts and ram. Absent: they may not. */
  readonly allowIdentityActions?: boolean;
}

/** Permits a kind of request, such as explain. Never gives a role. */
export interface PermissionGrant extends GrantTerms {
  readonly permission: Permission;
}

export type AnyGrant = Grant | PermissionGrant;
