// Bitbucket Pipelines (support.atlassian.com: integrate Pipelines with resource servers using OIDC). The issuer holds the name
// of the workspace, and `sub` the step, which is another in each run, so the caller is named by the UUIDs. A group stands for
// the deployment environment: its own rules say which branches and people deploy to it.
import { err, ok } from '../../../kernel/result.ts';
import { isUuid, UUID } from './ids.ts';
import { claimOf, isOfTenant, type Preset, type PresetClaims } from './preset.ts';
import { repositoryNames } from './repository-names.ts';

const ISSUER =
  /^https:\/\/api\.bitbucket\.org\/2\.0\/workspaces\/[A-Za-z0-9_-]+\/pipelines-config\/identity\/oidc$/;

const NAMES = repositoryNames(
  'workspace',
  'repository',
  { deployment: 'ref' },
  { owner: UUID, repository: UUID },
);

/** Bitbucket writes UUIDs in braces. */
function uuidOf(claims: PresetClaims, name: string): string | undefined {
  const value = claimOf(claims, name);
  const bare = typeof value === 'string' ? value.replace(/^\{(.*)\}$/, '$1') : value;
  return isUuid(bare) ? bare : undefined;
}

export const BITBUCKET: Preset = {
  hasGroups: true,
  namesGroups: () => false,
  algorithms: ['RS256'],
  tenants: 'the workspaceUuid of the workspace whose pipelines may come',
  checkTenant: (tenant) =>
    isUuid(tenant)
      ? undefined
      : 'write the workspace’s UUID, its workspaceUuid, without braces: a name can pass to somebody else',
  needsTenants: () => true,
  checkIssuer: (issuer) =>
    ISSUER.test(issuer)
      ? undefined
      : 'write https://api.bitbucket.org/2.0/workspaces/<workspace>/pipelines-config/identity/oidc',
  // The default audience, in every token of the workspace.
  isSharedAudience: (audience) => audience.startsWith('ari:cloud:bitbucket::'),
  checkRecipient: NAMES.checkRecipient,
  readCaller(claims, entry) {
    const [workspace, repository] = [uuidOf(claims, 'workspaceUuid'), uuidOf(claims, 'repositoryUuid')];
    if (workspace === undefined || repository === undefined) return err('subject-unusable');
    if (!isOfTenant(workspace, entry)) return err('tenant-not-allowed');
    const subject = NAMES.subject(workspace, repository);
    const deployment = uuidOf(claims, 'deploymentEnvironmentUuid');
    return ok({ subject, groups: deployment === undefined ? [] : [`${subject}/deployment:${deployment}`] });
  },
};
