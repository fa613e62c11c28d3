// Roles in the order in which people look for them: by project, in it by account, in it by name. Pure.
import type { PortalRole } from './portal-role.ts';

export interface AccountRoles {
  readonly account: string;
  readonly roles: readonly PortalRole[];
}

export interface ProjectRoles {
  /** Undefined: the roles that name no project, which come last. */
  readonly project: string | undefined;
  readonly accounts: readonly AccountRoles[];
}

function groupBy<T, K>(items: readonly T[], keyOf: (item: T) => K): readonly (readonly [K, readonly T[]])[] {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return [...groups];
}

export function inListOrder(roles: readonly PortalRole[], language: string): readonly PortalRole[] {
  const { compare } = new Intl.Collator(language, { numeric: true });
  return roles.toSorted((a, b) => {
    if ((a.project === undefined) !== (b.project === undefined)) return a.project === undefined ? 1 : -1;
    return (
      compare(a.project ?? '', b.project ?? '') || compare(a.account, b.account) || compare(a.role, b.role)
    );
  });
}

export function groupRoles(roles: readonly PortalRole[], language: string): readonly ProjectRoles[] {
  return groupBy(inListOrder(roles, language), ({ project }) => project).map(([project, ofProject]) => ({
    project,
    accounts: groupBy(ofProject, ({ account }) => account).map(([account, ofAccount]) => ({
      account,
      roles: ofAccount,
    })),
  }));
}
