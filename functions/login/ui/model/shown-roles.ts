// Which roles a page holds. A list that is too long to be loaded at once shows its first ones, and is searched by asking.
import type { RoleId } from '../../../../shared/kernel/names.ts';
import { inListOrder } from './group-roles.ts';
import type { PortalRole } from './portal-role.ts';
import { searchRoles } from './search-roles.ts';

/** With 50 roles a page weighs nearly the 60 KB that it may. */
const MAX_ROLES = 50;

export interface ShownRoles {
  /** In the page. */
  readonly roles: readonly PortalRole[];
  /** Of these, what matches: the others are hidden, for a script to find. */
  readonly found: ReadonlySet<PortalRole>;
  /** How many match, shown or not. */
  readonly matches: number;
  /** Everything is in the page, so that a script can search it. */
  readonly isWhole: boolean;
}

export function shownRoles(
  all: readonly PortalRole[],
  { query, wanted, language }: { query: string; wanted: RoleId | undefined; language: string },
): ShownRoles {
  const matching = searchRoles(all, query);
  if (all.length <= MAX_ROLES)
    return { roles: all, found: new Set(matching), matches: matching.length, isWhole: true };
  const ordered = inListOrder(matching, language);
  const first = ordered.find(({ role }) => role === wanted);
  const roles = [...(first ? [first] : []), ...ordered.filter((role) => role !== first)].slice(0, MAX_ROLES);
  return { roles, found: new Set(roles), matches: matching.length, isWhole: false };
}
