// Vercel (vercel.com/docs: OIDC federation reference). `sub` and the issuer hold the names of team and project, which can be
// changed and taken, so the caller is named by the ids. A group stands for the environment: tokens of `development` are on the
// machines of developers.
import { err, ok } from '../../../kernel/result.ts';
import { isId } from './ids.ts';
import { claimOf, isOfTenant, type Preset, textClaim } from './preset.ts';
import { repositoryNames } from './repository-names.ts';

const ISSUER = /^https:\/\/oidc\.vercel\.com(?:\/[a-z0-9-]+)?$/;

const OWNER = '[A-Za-z0-9_]{1,64}';
const PROJECT = 'prj_[A-Za-z0-9]{1,64}';
const NAMES = repositoryNames(
  'owner',
  'project',
  { environment: 'label' },
  { owner: OWNER, repository: PROJECT },
);

const WHOLE_OWNER = new RegExp(`^${OWNER}$`);
const WHOLE_PROJECT = new RegExp(`^${PROJECT}$`);
/** A team's; the slug of a team has no underscore. */
const TEAM = /^team_[A-Za-z0-9]{1,64}$/;

export const VERCEL: Preset = {
  hasGroups: true,
  namesGroups: () => false,
  algorithms: ['RS256'],
  tenants: 'the owner_id of each team whose deployments may come',
  checkTenant: (tenant) =>
    isId(TEAM, tenant)
      ? undefined
      : 'write the team’s id, team_…, its owner_id: a slug can pass to somebody else',
  needsTenants: () => true,
  checkIssuer: (issuer) =>
    ISSUER.test(issuer) ? undefined : 'write https://oidc.vercel.com/<team>, or https://oidc.vercel.com',
  // The default audience is the team's URL.
  isSharedAudience: (audience) => /^https:\/\/vercel\.com(?:\/|$)/.test(audience),
  checkRecipient: NAMES.checkRecipient,
  readCaller(claims, entry) {
    const [owner, project] = [claimOf(claims, 'owner_id'), claimOf(claims, 'project_id')];
    if (!isId(WHOLE_OWNER, owner) || !isId(WHOLE_PROJECT, project)) return err('subject-unusable');
    if (!isOfTenant(owner, entry)) return err('tenant-not-allowed');
    const subject = NAMES.subject(owner, project);
    const environment = textClaim(claims, 'environment');
    return ok({
      subject,
      groups: environment === undefined ? [] : [`${subject}/environment:${environment}`],
    });
  },
};
