// GitHub Actions (docs.github.com: OpenID Connect reference). Its own `sub` holds names that can be recycled, in formats
// that repositories choose, so the caller is named by the ids beside it.
import { err, ok } from '../../../kernel/result.ts';
import { claimOf, isOfTenant, type Preset, type PresetClaims, textClaim } from './preset.ts';
import { isNumber, repositoryNames } from './repository-names.ts';

/** github.com, an enterprise's own issuer there, ghe.com, and GitHub Enterprise Server. */
const ISSUER =
  /^https:\/\/(?:token\.actions\.githubusercontent\.com(?:\/[A-Za-z0-9-]+)?|token\.actions\.[a-z0-9-]+\.ghe\.com|[^/]+\/_services\/token)$/;

export const isGithubIssuer = (issuer: string): boolean => ISSUER.test(issuer);

const NAMES = repositoryNames('owner', 'repo', { ref: 'ref', environment: 'label' });

/**
 * Events that only people and programs with write access to the repository cause, and whose run works on the code of its
 * own `ref`. All others have the default branch as their `ref`, without regard to their cause and their code: an
 * outsider's pull request (`pull_request_target`, `workflow_run`, `check_suite`), comment (`issue_comment`,
 * `discussion_comment`), issue, fork or star. An allowlist, so that a new event of GitHub's gives no ref.
 */
const EVENTS_OF_WRITERS: ReadonlySet<unknown> = new Set([
  'push',
  'create',
  'workflow_dispatch',
  'repository_dispatch',
  'schedule',
  'release',
  'deployment',
  'merge_group',
]);

/** The merge of a request: this ref says itself that it may be anybody's code, so no grant of a branch covers it. */
const PULL_REQUEST_REF = /^refs\/pull\//;

function refOf(claims: PresetClaims): string | undefined {
  const ref = textClaim(claims, 'ref');
  if (ref === undefined) return undefined;
  return EVENTS_OF_WRITERS.has(claimOf(claims, 'event_name')) || PULL_REQUEST_REF.test(ref) ? ref : undefined;
}

export const GITHUB_ACTIONS: Preset = {
  hasGroups: true,
  namesGroups: () => false,
  algorithms: ['RS256'],
  tenants: 'the repository_owner_id of each organization or user whose workflows may come',
  checkTenant: (tenant) =>
    isNumber(tenant)
      ? undefined
      : 'write the number of the owner, its repository_owner_id: a name can pass to somebody else, and no token has it there',
  needsTenants: () => true,
  checkIssuer: (issuer) =>
    isGithubIssuer(issuer)
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
    const ref = refOf(claims);
    // Kept for every event: GitHub runs the job only after the environment's own rules (reviewers, branches) let it.
    const groups = [
      ...(ref === undefined ? [] : [`${subject}/ref:${ref}`]),
      ...(environment === undefined ? [] : [`${subject}/environment:${environment}`]),
    ];
    return ok({ subject, groups });
  },
};
