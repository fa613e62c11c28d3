// Buildkite (buildkite.com/docs: OIDC in Buildkite Pipelines). Its `sub` holds slugs, which an organization can give up, and
// the name of a branch, so the caller is named by the ids. A job must ask for them: `--claim organization_id --claim pipeline_id`.
import { err, ok } from '../../../kernel/result.ts';
import { isUuid, UUID } from './ids.ts';
import { claimOf, isOfTenant, type Preset } from './preset.ts';
import { repositoryNames } from './repository-names.ts';

const ISSUER = 'https://agent.buildkite.com';

const NAMES = repositoryNames('organization', 'pipeline', {}, { owner: UUID, repository: UUID });

export const BUILDKITE: Preset = {
  hasGroups: false,
  namesGroups: () => false,
  algorithms: ['RS256'],
  tenants: 'the organization_id of each organization whose jobs may come',
  checkTenant: (tenant) =>
    isUuid(tenant)
      ? undefined
      : 'write the organization’s UUID, its organization_id: a slug can pass to somebody else',
  needsTenants: () => true,
  checkIssuer: (issuer) => (issuer === ISSUER ? undefined : `write ${ISSUER}`),
  // The default audience, in every token that is asked for without one.
  isSharedAudience: (audience) => /^https:\/\/buildkite\.com(?:\/|$)/.test(audience),
  checkRecipient: NAMES.checkRecipient,
  readCaller(claims, entry) {
    const [organization, pipeline] = [claimOf(claims, 'organization_id'), claimOf(claims, 'pipeline_id')];
    if (!isUuid(organization) || !isUuid(pipeline)) return err('subject-unusable');
    if (!isOfTenant(organization, entry)) return err('tenant-not-allowed');
    // No group for a branch: a build of a fork has the branch's name that the fork chose.
    return ok({ subject: NAMES.subject(organization, pipeline), groups: undefined });
  },
};
