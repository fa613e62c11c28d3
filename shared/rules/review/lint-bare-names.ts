// Keycloak's groups of one bare name. A realm may have /a/admins and /b/admins, and a mapper without full paths writes both as
// `admins`: a person who may make subgroups can then make the name that a grant gives a role to.
import type { AccessDocument } from '../document/document.ts';
import type { OidcProvider } from '../providers/oidc.ts';
import { listsKeycloakGroups } from '../providers/presets/keycloak.ts';
import { namedClaim } from '../values/groups-source.ts';
import type { LintFinding } from './lint-finding.ts';

const bareName = (group: string): string => group.slice(group.lastIndexOf('/') + 1);

/** With a prefix that begins with a slash, only full paths count. */
const takesPathsOnly = ({ groups }: OidcProvider): boolean =>
  typeof groups === 'object' && groups.prefix?.startsWith('/') === true;

/** Findings for each grant to a group whose bare name another granted group of the same provider has too. */
export function lintBareNames({ providers, grants }: AccessDocument): readonly LintFinding[] {
  const listed = providers.flatMap((provider) => {
    if (provider.kind !== 'oidc' || provider.preset !== 'keycloak' || takesPathsOnly(provider)) return [];
    const claim = namedClaim(provider.groups);
    return claim !== undefined && listsKeycloakGroups(claim) ? [provider.id] : [];
  });
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
        message: `grant ${first.id} names a group with the same last part, and a mapper without full paths writes both groups as one: turn on “Full group path”, write whole paths, and set prefix: / in the provider’s groups`,
      },
    ];
  });
}
