// Keycloak's groups of one bare name. A realm may have /a/admins and /b/admins, and a mapper without full paths writes both as
// `admins`: a person who may make subgroups can then make the name that a grant gives a role to.
import type { AccessDocument } from '../document/document.ts';
import { hasLoginIssuer, type OidcProvider } from '../providers/oidc.ts';
import { isRealm, listsKeycloakGroups } from '../providers/presets/keycloak.ts';
import type { Connection } from '../sign-on/sign-on.ts';
import { namedClaim } from '../values/groups-source.ts';
import type { LintFinding } from './lint-finding.ts';

const bareName = (group: string): string => group.slice(group.lastIndexOf('/') + 1);

/** With a prefix that begins with a slash, only full paths count. */
const takesPathsOnly = ({ groups }: Pick<OidcProvider | Connection, 'groups'>): boolean =>
  typeof groups === 'object' && groups.prefix?.startsWith('/') === true;

/** People who sign on at a realm come to vend with the session token of this deployment. */
const comesFromRealm = (provider: OidcProvider, connections: readonly Connection[]): boolean =>
  hasLoginIssuer(provider) &&
  connections.some(
    (connection) =>
      connection.kind === 'oidc' &&
      isRealm(connection.issuer) &&
      connection.groups !== undefined &&
      !takesPathsOnly(connection),
  );

function mayTakeBareNames(provider: OidcProvider, connections: readonly Connection[]): boolean {
  if (takesPathsOnly(provider)) return false;
  if (provider.preset === undefined) return comesFromRealm(provider, connections);
  const claim = namedClaim(provider.groups);
  return provider.preset === 'keycloak' && claim !== undefined && listsKeycloakGroups(claim);
}

/** Findings for each grant to a group whose bare name another granted group of the same provider has too. */
export function lintBareNames({ providers, grants, signOn }: AccessDocument): readonly LintFinding[] {
  const connections = signOn?.connections ?? [];
  const listed = providers.flatMap((provider) =>
    provider.kind === 'oidc' && mayTakeBareNames(provider, connections) ? [provider.id] : [],
  );
  const seen = new Map(
    listed.map((id) => [id as string, new Map<string, { readonly id: string; readonly group: string }>()]),
  );
  return grants.flatMap(({ id, to }, i): readonly LintFinding[] => {
    const names = 'group' in to ? seen.get(to.provider) : undefined;
    if (!names || !('group' in to)) return [];
    const first = names.get(bareName(to.group)) ?? { id, group: to.group };
    names.set(bareName(to.group), first);
    if (first.group === to.group) return [];
    return [
      {
        code: 'same-bare-name',
        path: ['grants', i, 'to', 'group'],
        message: `grant ${first.id} names a group with the same last part, and a mapper without full paths writes both groups as one: turn on “Full group path”, write whole paths, and set prefix: / in the groups of the provider or connection`,
      },
    ];
  });
}
