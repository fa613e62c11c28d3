// HCP Terraform and Terraform Enterprise (developer.hashicorp.com: workload identity tokens). Names of organizations and
// workspaces can be changed and taken, so the caller is named by the ids. A group stands for the phase of the run: a plan runs
// for every proposed change, an apply only for one that was approved.
import { err, ok } from '../../../kernel/result.ts';
import { isId } from './ids.ts';
import { claimOf, isOfTenant, type Preset, textClaim } from './preset.ts';
import { repositoryNames } from './repository-names.ts';

const SHARED = ['https://app.terraform.io', 'https://app.eu.terraform.io'];

const ORGANIZATION = 'org-[A-Za-z0-9]{1,64}';
const WORKSPACE = 'ws-[A-Za-z0-9]{1,64}';
const WHOLE_ORGANIZATION = new RegExp(`^${ORGANIZATION}$`);
const WHOLE_WORKSPACE = new RegExp(`^${WORKSPACE}$`);

const NAMES = repositoryNames(
  'organization',
  'workspace',
  { run_phase: 'ref' },
  { owner: ORGANIZATION, repository: WORKSPACE },
);

export const TERRAFORM_CLOUD: Preset = {
  hasGroups: true,
  namesGroups: () => false,
  algorithms: ['RS256'],
  tenants: 'the terraform_organization_id of each organization whose runs may come',
  checkTenant: (tenant) =>
    isId(WHOLE_ORGANIZATION, tenant)
      ? undefined
      : 'write the organization’s id, org-…, its terraform_organization_id: a name can pass to somebody else',
  needsTenants: (issuer) => SHARED.includes(issuer),
  checkIssuer: (issuer) =>
    /^https:\/\/[^/]+$/.test(issuer)
      ? undefined
      : 'write https://app.terraform.io, or your own server’s address',
  // What the tokens of Terraform's own credentials for other clouds are for.
  isSharedAudience: (audience) =>
    audience.endsWith('.workload.identity') || audience === 'api://AzureADTokenExchange',
  checkRecipient: NAMES.checkRecipient,
  readCaller(claims, entry) {
    const organization = claimOf(claims, 'terraform_organization_id');
    const workspace = claimOf(claims, 'terraform_workspace_id');
    if (!isId(WHOLE_ORGANIZATION, organization) || !isId(WHOLE_WORKSPACE, workspace))
      return err('subject-unusable');
    if (!isOfTenant(organization, entry)) return err('tenant-not-allowed');
    const subject = NAMES.subject(organization, workspace);
    const phase = textClaim(claims, 'terraform_run_phase');
    return ok({ subject, groups: phase === undefined ? [] : [`${subject}/run_phase:${phase}`] });
  },
};
