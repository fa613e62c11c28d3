// GitHub Actions (docs.github.com: OpenID Connect reference). Its own `sub` holds names that can be recycled, in formats
// that repositories choose, so the caller is named by the ids beside it.
import { err, ok } from '../../../kernel/result.ts';
import { claimOf, isOfTenant, type Preset, textClaim } from './preset.ts';
import { isNumber, repositoryNames } from './repository-names.ts';

/** github.com, an enterprise's own issuer there, ghe.com, and GitHub Enterprise Server. */
const ISSUER =
  /^https:\/\/(?:token\.actions\.githubusercontent\.com(?:\/[A-Za-z0-9-]+)?|token\.actions\.[a-z0-9-]+\.ghe\.com|[^/]+\/_services\/token)$/;

const NAMES = repositoryNames('owner', 'repo', ['ref', 'environment']);

export const GITHUB_ACTIONS: Preset = {
  hasGroups: true,
  namesGroups: () => false,
  algorithms: ['RS256'],
  tenants: 'the repository_owner_id of each organization or user whose workflows may come',
  needsTenants: () => true,
  checkIssuer: (issuer) =>
    ISSUER.test(issuer)
      ? undefined
      : 'write https://token.actions.githubusercontent.com, or your own server’s issuer',
  // The default audience is the owner's URL, in every token that is asked for without one.
  isSharedAudience: (audience) => /^https:\/\/github\.com(?:\/|$)/.test(audience),
  checkRecipient: NAMES.checkRecipient,
  readCaller(claims, entry) {
    const [owner, repository] = [claimOf(claims, 'repository_owner_id'), claimOf(claims, 'repository_id')];
    if (!isNumber(owner) || !isNumber(repository)) return err('subject-unusable');
    if (!isOfTenant(owner, entry)) return err('tenant-not-allowed');
    const subject = NAMES.subject(owner, repository);
    const environment = textClaim(claims, 'environment');
    // pull_request_target runs at the base branch for whoever opened the request: not what a grant to main means.
    const ref =
      claimOf(claims, 'event_name') === 'pull_request_target' ? undefined : textClaim(claims, 'ref');
    const groups = [
      ...(ref === undefined ? [] : [`${subject}/ref:${ref}`]),
      ...(environment === undefined ? [] : [`${subject}/environment:${environment}`]),
    ];
    return ok({ subject, groups });
  },
};
