// The addresses that are about one role.
import { RoleId } from '../../../shared/kernel/names.ts';
import { PAGE_PATHS } from './page-paths.ts';

type Fields = Readonly<Record<string, unknown>>;

/** The role that a form or a query names, if it could be one. */
export const readRole = ({ role }: Fields): RoleId | undefined => RoleId.safeParse(role).data;

/** Of a role's entry in the list. */
export const roleAnchor = (role: RoleId): string => `role-${role}`;

/** The list at this role, which is in it however long it is. */
export const rolePath = (role: RoleId): string => `${PAGE_PATHS.roles}?role=${role}#${roleAnchor(role)}`;

/** Answers a POST with secrets, and a GET without: whoever comes back to the page finds a page. */
export const CREDENTIALS_PATH = '/portal/credentials';

export const credentialsPath = (role: string): string =>
  `${CREDENTIALS_PATH}?role=${encodeURIComponent(role)}`;

export const stepUpPath = (role: RoleId): string => `${PAGE_PATHS['step-up']}?role=${role}`;
