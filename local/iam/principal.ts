// Who a key speaks for, and the names that RAM and STS give to it.

export interface RootPrincipal {
  readonly kind: 'root';
  readonly accountId: string;
}

export interface UserPrincipal {
  readonly kind: 'user';
  readonly accountId: string;
  readonly name: string;
  readonly userId: string;
}

export interface RolePrincipal {
  readonly kind: 'role';
  readonly accountId: string;
  readonly roleName: string;
  readonly roleId: string;
  readonly sessionName: string;
  readonly sourceIdentity?: string;
}

export type Principal = RootPrincipal | UserPrincipal | RolePrincipal;

export function arnOf(principal: Principal): string {
  const prefix = `acs:ram::${principal.accountId}`;
  switch (principal.kind) {
    case 'root':
      return `${prefix}:root`;
    case 'user':
      return `${prefix}:user/${principal.name}`;
    case 'role':
      return `${prefix}:assumed-role/${principal.roleName}/${principal.sessionName}`;
  }
}

/** What a trust policy may call this principal: itself (a session by its role), or its whole account. */
export function trustedNamesOf(principal: Principal): readonly string[] {
  const account = `acs:ram::${principal.accountId}:root`;
  switch (principal.kind) {
    case 'root':
      return [account];
    case 'user':
      return [arnOf(principal), account];
    case 'role':
      return [`acs:ram::${principal.accountId}:role/${principal.roleName}`, account];
  }
}
