// The roles that hold every word of a search, in any of what the page shows of them. Pure.

import { PAGE_PATHS } from '../../paths/page-paths.ts';
import type { PortalRole } from './portal-role.ts';

/** What is longer cannot match: the longest field is a description. */
const MAX_QUERY_CHARACTERS = 100;

export const readQuery = (text: string | undefined): string =>
  (text ?? '').trim().slice(0, MAX_QUERY_CHARACTERS);

/** The list as somebody has searched it; what its language is changed to. */
export const searchPath = (query: string): string => `${PAGE_PATHS.roles}?q=${encodeURIComponent(query)}`;

const textOf = ({ role, project = '', account, description }: PortalRole): string =>
  [role, project, account, description].join(' ').toLowerCase();

export function searchRoles(roles: readonly PortalRole[], query: string): readonly PortalRole[] {
  const words = query.toLowerCase().split(/\s+/);
  return roles.filter((role) => words.every((word) => textOf(role).includes(word)));
}
