// The setting STINT_HUB_ROLES: RAM roles of further accounts, from which vend calls AssumeRole as well as from its own. STS counts
// the calls of each account by themselves, so two roles of one account would add nothing.
import { accountOf, RoleArn } from './names.ts';

/** Each is a principal in the trust policy of every role that is handed out, and a trust policy has little room. */
const MAX_HUB_ROLES = 10;

/** The ARNs, with commas between them; undefined where the text is no such list, or names an account twice. */
export function parseHubRoles(text: string): readonly RoleArn[] | undefined {
  const read = text.split(',').map((one) => RoleArn.safeParse(one.trim()));
  const arns = read.flatMap(({ data }) => data ?? []);
  const accounts = new Set(arns.map(accountOf));
  const isGood = arns.length === read.length && accounts.size === arns.length;
  return isGood && arns.length <= MAX_HUB_ROLES ? arns : undefined;
}

export const HUB_ROLES_HELP = `must be ARNs of RAM roles with commas between them, each of another account, ${MAX_HUB_ROLES} at most`;

/** Of a setting that was checked; none where it is unset. */
export const hubRolesOf = (setting: string | undefined): readonly RoleArn[] =>
  (setting ? parseHubRoles(setting) : undefined) ?? [];
