// Which groups the callers of a provider can be in, as far as the filters of the document say. People who sign on come to vend with
// the session token of this deployment: of their groups, the filters of connections and directories decide as well.
import type { AccessDocument } from '../document/document.ts';
import type { OidcProvider } from '../providers/oidc.ts';
import { groupFilter } from '../values/groups-source.ts';

/** The issuer of session tokens ends with /login. */
export const hasLoginIssuer = ({ issuer }: Pick<OidcProvider, 'issuer'>): boolean =>
  new URL(issuer).pathname.endsWith('/login');

type SignOn = AccessDocument['signOn'];

/** What lists the groups of people who sign on. Undefined: the callers of the provider come from elsewhere. */
function groupsOfPeople(provider: OidcProvider, signOn: SignOn) {
  if (!signOn || signOn.connections.length === 0 || !hasLoginIssuer(provider)) return undefined;
  const listing = signOn.connections.flatMap(({ groups }) => (groups === undefined ? [] : [groups]));
  // A directory has groups without saying so.
  return [...listing, ...signOn.directories.map(({ groups }) => groups)];
}

/** Whether no connection and no directory gives the provider's callers any group. */
export const areWithoutGroups = (provider: OidcProvider, signOn: SignOn): boolean =>
  groupsOfPeople(provider, signOn)?.length === 0;

/** Whether no caller of the provider can be in the group: each filter on its way leaves it out. */
export function isLeftOut(group: string, provider: OidcProvider, signOn: SignOn): boolean {
  if (groupFilter(provider.groups)?.(group) === false) return true;
  const sources = groupsOfPeople(provider, signOn) ?? [];
  return sources.length > 0 && sources.every((source) => groupFilter(source)?.(group) === false);
}
