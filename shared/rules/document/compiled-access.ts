// The access rules with every default filled in and every reference checked: what apply stores and compares.

import type { SignOn } from '../sign-on/sign-on.ts';
import type { PrincipalSelector } from '../values/principal-key.ts';
import type { Role } from '../values/role.ts';
import type { PinnedPolicy } from './pinned-policy.ts';
import type { Provider } from './provider.ts';
import type { StoredGrant } from './stored-grant.ts';

export interface Recipient {
  readonly provider: Provider['id'];
  readonly principal: PrincipalSelector;
}
export interface CompiledGrant {
  readonly selector: Recipient;
  readonly grant: StoredGrant;
}
export interface CompiledAccess {
  readonly providers: readonly Provider[];
  readonly roles: readonly Role[];
  readonly grants: readonly CompiledGrant[];
  /** Absent: no one can sign on. */
  readonly signOn?: SignOn | undefined;
}

/** A document that was read: its rules, and the pinned policies that apply compares with RAM before it stores them. */
export interface CompiledDocument extends CompiledAccess {
  readonly policies: readonly PinnedPolicy[];
}
