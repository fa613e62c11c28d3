// GitLab CI/CD (docs.gitlab.com: ID tokens). Paths can be renamed and taken, so the caller is named by ids. project_id
// is where the code of a merge request comes from, also a fork's; job_project_id is not looked at.
import { err, ok } from '../../../kernel/result.ts';
import { claimOf, isOfTenant, type Preset, textClaim } from './preset.ts';
import { isNumber, repositoryNames } from './repository-names.ts';

const SHARED = 'https://gitlab.com';

const NAMES = repositoryNames('namespace', 'project', {
  ref: 'ref',
  'protected-ref': 'ref',
  'protected-environment': 'label',
});

/** GitLab writes these two as text. */
const isTrue = (value: unknown): boolean => value === 'true' || value === true;

export const GITLAB: Preset = {
  hasGroups: true,
  namesGroups: () => false,
  algorithms: ['RS256'],
  tenants: 'the namespace_id of each group or user whose pipelines may come',
  checkTenant: (tenant) =>
    isNumber(tenant)
      ? undefined
      : 'write the number of the group or user, its namespace_id: a path can pass to somebody else, and no token has it there',
  needsTenants: (issuer) => issuer === SHARED,
  checkIssuer: (issuer) => (issuer.endsWith('/') ? 'write it without the slash at the end' : undefined),
  // The instance's own URL is the audience of tokens that are requested without one.
  isSharedAudience: (audience, issuer) => audience === issuer,
  checkRecipient: NAMES.checkRecipient,
  readCaller(claims, entry) {
    const [namespace, project] = [claimOf(claims, 'namespace_id'), claimOf(claims, 'project_id')];
    // The same issuer signs people's ID tokens; those name no project.
    if (!isNumber(namespace) || !isNumber(project)) return err('subject-unusable');
    if (!isOfTenant(namespace, entry)) return err('tenant-not-allowed');
    const subject = NAMES.subject(namespace, project);
    const [ref, environment] = [textClaim(claims, 'ref_path'), textClaim(claims, 'environment')];
    const isProtected = isTrue(claimOf(claims, 'ref_protected'));
    // A person who may push any branch may name any environment that is not protected.
    const isGuarded = isTrue(claimOf(claims, 'environment_protected'));
    const groups = [
      ...(ref === undefined ? [] : [`${subject}/ref:${ref}`]),
      ...(ref !== undefined && isProtected ? [`${subject}/protected-ref:${ref}`] : []),
      ...(environment !== undefined && isGuarded ? [`${subject}/protected-environment:${environment}`] : []),
    ];
    return ok({ subject, groups });
  },
};
