// The list of a person's roles: what vend says of a role, the order and the groups of the list, the search, and which part
// of a long list a page holds. Pure.
import * as z from 'zod';
import { RoleId } from '../../../../shared/kernel/names.ts';
import { NEEDS, type Need } from '../../../../shared/pipeline/decide/needs.ts';

/** `network_unseen`: login does not know the address of the browser, so no network satisfies the need in the portal. */
export type PortalNeed = Need | 'network_unseen';

/** Whether a person satisfies the need by authenticating again. */
const IS_PROOF: Readonly<Record<PortalNeed, boolean>> = {
  mfa: true,
  fresh_sign_in: true,
  fresh_token: true,
  dpop: false,
  network: false,
  network_unseen: false,
  time_window: false,
};

/** Whether authenticating again is enough. With any other need the role would still be closed afterwards. */
export const isOpenedByProof = ({ needs }: Pick<PortalRole, 'needs'>): boolean =>
  needs.length > 0 && needs.every((need) => IS_PROOF[need]);

/** A role in the response of vend's GET /v1/roles. A response with an unknown need is unreadable as a whole. */
export const VendRole = z.object({
  role: RoleId,
  roleArn: z.string(),
  account: z.string(),
  accountName: z.string().optional(),
  description: z.string(),
  project: z.string().optional(),
  maxDurationSeconds: z.int(),
  needs: z.array(z.enum(NEEDS)),
});

/** A role as the portal shows it. */
export type PortalRole = Readonly<Omit<z.infer<typeof VendRole>, 'needs'>> & {
  readonly needs: readonly PortalNeed[];
};

export const toPortalRole = (
  { needs, ...role }: z.infer<typeof VendRole>,
  isAddressKnown: boolean,
): PortalRole => ({
  ...role,
  needs: needs.map((need) => (need === 'network' && !isAddressKnown ? 'network_unseen' : need)),
});

/** The order of the list: by project, then account by its name, then role. Roles without a project come last. */
function inListOrder(roles: readonly PortalRole[], language: string): readonly PortalRole[] {
  const { compare } = new Intl.Collator(language, { numeric: true });
  return roles.toSorted((a, b) => {
    if ((a.project === undefined) !== (b.project === undefined)) return a.project === undefined ? 1 : -1;
    return (
      compare(a.project ?? '', b.project ?? '') ||
      compare(a.accountName ?? a.account, b.accountName ?? b.account) ||
      compare(a.account, b.account) ||
      compare(a.role, b.role)
    );
  });
}

export interface AccountRoles {
  readonly account: string;
  /** Undefined: the rules do not name the account. */
  readonly accountName: string | undefined;
  readonly roles: readonly PortalRole[];
}

export interface ProjectRoles {
  /** Undefined: the roles without a project. */
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

/** The roles in list order, grouped by project and account. `language`: a BCP 47 tag, for the order of the names. */
export function groupRoles(roles: readonly PortalRole[], language: string): readonly ProjectRoles[] {
  return groupBy(inListOrder(roles, language), ({ project }) => project).map(([project, ofProject]) => ({
    project,
    accounts: groupBy(ofProject, ({ account }) => account).map(([account, ofAccount]) => ({
      account,
      accountName: ofAccount[0]?.accountName,
      roles: ofAccount,
    })),
  }));
}

/** The longest field is the description; a longer query cannot match. */
const MAX_QUERY_CHARACTERS = 100;

export const readQuery = (text: string | undefined): string =>
  (text ?? '').trim().slice(0, MAX_QUERY_CHARACTERS);

const textOf = ({ role, project = '', account, accountName = '', description }: PortalRole): string =>
  [role, project, account, accountName, description].join(' ').toLowerCase();

/** The roles that contain every word of the query, in any field that the page shows. */
export function searchRoles(roles: readonly PortalRole[], query: string): readonly PortalRole[] {
  const words = query.toLowerCase().split(/\s+/);
  return roles.filter((role) => words.every((word) => textOf(role).includes(word)));
}

/** The size limit of a page is 60 KB; a page with 50 roles is close to it. */
const MAX_ROLES = 50;

export interface ShownRoles {
  /** The roles that the page contains. */
  readonly roles: readonly PortalRole[];
  /** Those of them that match the search. The others are hidden, and the script searches them too. */
  readonly found: ReadonlySet<PortalRole>;
  /** The number of roles that match, shown or not. */
  readonly matches: number;
  /** Whether the page contains every role, so that the script can search without asking the server. */
  readonly isWhole: boolean;
}

/**
 * The roles that a page contains: all of them, or the first ones that match if there are more than 50.
 * `wanted` comes first in a list that is cut, so that a link to a role always finds it.
 */
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
