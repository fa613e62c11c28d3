// The access rules with every default filled in and every reference checked: what apply stores and compares.

import type { SignOn } from '../sign-on/sign-on.ts';
import type { Account } from '../values/account.ts';
import type { PrincipalSelector } from '../values/principal-key.ts';
import type { Role } from '../values/role.ts';
import type { AccessTest } from './access-test.ts';
import type { PinnedPolicy, PolicyReference } from './pinned-policy.ts';
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
  /** Names of accounts. Absent: none is named. */
  readonly accounts?: readonly Account[] | undefined;
  readonly roles: readonly Role[];
  readonly grants: readonly CompiledGrant[];
  /** Absent: no one can sign on. */
  readonly signOn?: SignOn | undefined;
}

/**
 * What documents say that no decision needs. Kept with each revision, so that it can be written as a document again, with
 * its tests and its pinned policies.
 */
export interface Supplement {
  readonly policies: readonly PinnedPolicy[];
  readonly tests: readonly AccessTest[];
  /** Grant id → the pinned policy that it names; its text is in the grant. */
  readonly references: ReadonlyMap<string, PolicyReference>;
}

/** A document that was read: its rules, and the rest. */
export interface CompiledDocument extends CompiledAccess, Supplement {}
